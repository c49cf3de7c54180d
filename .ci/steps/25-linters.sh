# The linter of GitHub's workflows, from its own source by the hashes in tools/actionlint/go.sum, into .tools; the tests use it.
if [ ! -x .tools/actionlint ] || [ tools/actionlint/go.sum -nt .tools/actionlint ]; then
    go=$(command -v go || echo /usr/local/go/bin/go)
    (cd tools/actionlint && GOFLAGS=-mod=readonly "$go" build -o ../../.tools/actionlint github.com/rhysd/actionlint/cmd/actionlint)
fi
.tools/actionlint -version | head -1
shellcheck --version | sed -n 2p
