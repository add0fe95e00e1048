# Adds this folder's sources to the build; see ../Makefile.am for the lists.
