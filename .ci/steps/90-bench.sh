# The bench works (of functions: step 82); its figures mean nothing on a busy machine, and nothing is demanded of them here.
make bench ARGS="--quick"
make bench ARGS="--soak 5"
make bench ARGS="--judge --quick"
