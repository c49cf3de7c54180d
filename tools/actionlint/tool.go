//go:build tools

// Package tool names the linter of GitHub's workflows, so that go.mod and go.sum pin it by hash.
package tool

import _ "github.com/rhysd/actionlint/cmd/actionlint"
