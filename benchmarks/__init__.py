"""Speed and memory, against peers where there are any: `make bench`, or `make bench NAME=reading` for one."""
