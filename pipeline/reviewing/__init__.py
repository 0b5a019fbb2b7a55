"""What people say of a copy: the states of a review, their marks, and what is learned of them."""
