package policy

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// TestResult is what became of one test.
type TestResult struct {
	// Package and Name are the test rule's.
	Package string `json:"package"`
	Name    string `json:"name"`
	// File and Line are where it is.
	File string `json:"file"`
	Line int    `json:"line"`
	// Outcome is pass, fail, error or skip.
	Outcome string `json:"outcome"`
	// Message says why it ended in an error, and what it printed.
	Message string `json:"message"`
	// Duration is how long it took.
	Duration time.Duration `json:"-"`
}

// Passed reports whether there is nothing wrong. A test that is left out (its name
// begins with todo_test_) is not wrong.
func (r *TestResult) Passed() bool { return r.Outcome == "pass" || r.Outcome == "skip" }

// testTimeout bounds one test.
const testTimeout = 30 * time.Second

// Test runs the tests of the built-in rules and of those in the options' Dir.
func Test(ctx context.Context, options Options) ([]TestResult, error) {
	modules, _, err := load(options.Dir)
	if err != nil {
		return nil, err
	}
	data, err := newData(options.Data)
	if err != nil {
		return nil, err
	}
	store := inmem.NewFromObject(data)
	var results []TestResult
	err = storage.Txn(ctx, store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		compiler := ast.NewCompiler().WithCapabilities(capabilities()).WithStrict(true).WithDefaultRegoVersion(ast.RegoV1).WithEnablePrintStatements(true)
		runner := tester.NewRunner().SetCompiler(compiler).SetStore(store).SetModules(modules).SetDefaultRegoVersion(ast.RegoV1).
			CapturePrintOutput(true).RaiseBuiltinErrors(true).SetTimeout(testTimeout)
		running, err := runner.RunTests(ctx, txn)
		if err != nil {
			return readable(err)
		}
		for r := range running {
			results = append(results, testResult(r))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("running the tests: %w", err)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("there is no test")
	}
	return results, nil
}

func testResult(r *tester.Result) TestResult {
	out := TestResult{
		Package: strings.TrimPrefix(r.Package, "data."), Name: r.Name, File: r.Location.File, Line: r.Location.Row,
		Outcome: "pass", Message: mask.Text(string(bytes.TrimSpace(r.Output))), Duration: r.Duration,
	}
	switch {
	case r.Skip:
		out.Outcome = "skip"
	case r.Error != nil:
		out.Outcome, out.Message = "error", mask.Text(r.Error.Error())
	case r.Fail:
		out.Outcome = "fail"
	}
	return out
}
