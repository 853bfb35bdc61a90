"""What stands in the place of a fact that an article does not tell."""

UNTITLED = "Untitled article"
NO_OUTLET = "outlet not named"
NO_DATE = "no date printed"
