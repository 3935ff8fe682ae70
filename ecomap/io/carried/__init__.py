"""What files carry beside what they show: the record of their answers, and the rows these rest on."""
