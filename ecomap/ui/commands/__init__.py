"""What can be done: menus, keys and the search box as data, and the methods that do it."""
