// Package check is keyward check.
package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/cli/env"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/policy"
)

// Options are what keyward check and the commands below it are told.
type Options struct {
	*env.Env

	rules policy.Options
}

// New returns keyward check.
func New(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "check PLAN.json...",
		Short: "Hold a plan against rules before it is applied",
		Long: `Hold plans of Terraform, as 'terraform show -json' writes them, against rules: the
built-in ones, which 'keyward check rules' lists, and your own (--policy). - is stdin.

Rules are written in Rego, the language of Open Policy Agent, one package keyward.rules.NAME
each; 'keyward check guide' tells how, and 'keyward check test' runs their tests. Settings
such as the longest time between rotations, and exceptions with their reasons, are in the
file that --data names; the guide lists them.

A finding says which object breaks which rule and what to do. What a plan can't tell before
the apply is a finding, too, at the rule's severity: an unknown value never passes a rule.
A file that is no plan, a plan that ended with an error and a rule that fails end the
command with exit code 2. No request is made, and no token or sensitive value is shown.`,
		Example: `  # before an apply
  terraform plan -out plan.bin
  terraform show -json plan.bin > plan.json
  keyward check plan.json

  # in a pull request, with rules and settings of your own
  keyward check --policy policies --data settings.yaml --output markdown plan.json > comment.md

  # only what is at least high stops the pipeline; code scanning gets everything
  keyward check --fail-on high --output sarif plan.json > check.sarif

  # without a file
  terraform show -json plan.bin | keyward check -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), o, args) },
	}
	addPolicyFlags(cmd, &o.rules)
	o.AddOutput(cmd, append(slices.Clone(output.Formats), output.FormatSARIF, output.FormatJUnit)...)
	cmd.Flags().StringSliceVar(&o.rules.Skip, "skip", nil, "`RULE` that is not asked, by its id; repeatable")
	completeRules(cmd, "skip")
	o.AddFailOn(cmd)
	cmd.AddCommand(newGuide(e), newRules(e), newTest(e))
	return cmd
}

func addPolicyFlags(cmd *cobra.Command, options *policy.Options) {
	cmd.Flags().StringVar(&options.Dir, "policy", "", "`DIR` with your own rules, .rego files")
	cmd.Flags().StringVar(&options.Data, "data", "", "`FILE` with settings and exceptions, JSON or YAML")
	// They fail only for flags that are not there.
	cobra.CheckErr(cmd.MarkFlagDirname("policy"))
	cobra.CheckErr(cmd.MarkFlagFilename("data", "json", "yaml", "yml"))
}

// completeRules has the shell complete ids of built-in rules.
func completeRules(cmd *cobra.Command, flag string) {
	rules, err := policy.Rules()
	if err != nil {
		return // the command itself says so
	}
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID + "\t" + r.Title
	}
	env.CompleteWords(cmd, flag, ids)
}

func run(ctx context.Context, o *Options, files []string) error {
	if err := o.CheckFailOn(); err != nil {
		return err
	}
	checked, err := o.check(ctx, files)
	if err != nil {
		return err
	}
	if err := checked.write(o.Stdout, o.Format, o.Color()); err != nil {
		return err
	}
	says := o.Format == output.FormatTable || o.Format == output.FormatMarkdown
	switch {
	case checked.failed() && says:
		return output.ErrFindings
	case checked.failed():
		return output.Found("%s", checked.verdict())
	case !says:
		o.Say("%s", checked.verdict())
	}
	return nil
}

func (o *Options) check(ctx context.Context, files []string) (*checked, error) {
	checker, err := policy.New(ctx, o.rules)
	if err != nil {
		return nil, err
	}
	done := &checked{rules: checker.Rules(), fails: o.Fails, version: o.Version, findings: []policy.Finding{}}
	for _, file := range files {
		plan, err := o.readPlan(file)
		if err != nil {
			return nil, err
		}
		found, err := checker.Check(ctx, plan)
		if err != nil {
			return nil, err
		}
		done.plans = append(done.plans, plan)
		done.findings = append(done.findings, found...)
	}
	return done, nil
}

func (o *Options) readPlan(file string) (*policy.Plan, error) {
	content, err := o.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	if file == env.Stdin {
		file = env.StdinName
	}
	return policy.ParsePlan(file, content)
}

func newGuide(e *env.Env) *cobra.Command {
	return &cobra.Command{
		Use:     "guide",
		Short:   "Tell how rules, settings and exceptions are written",
		Long:    `Print the guide to rules for plans, as Markdown: how to write one and test it, what it gets to see, the settings and exceptions of --data, and each built-in rule.`,
		Example: `  keyward check guide | less`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			guide, err := policy.Document()
			if err != nil {
				return err
			}
			_, err = io.WriteString(e.Stdout, guide)
			return err
		},
	}
}

func newRules(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules that plans are held against",
		Long:  `List the built-in rules, and your own with --policy. json has their descriptions and remedies.`,
		Example: `  keyward check rules
  keyward check rules --policy policies --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			checker, err := policy.New(cmd.Context(), o.rules)
			if err != nil {
				return err
			}
			listing := output.Listing{Header: []string{"ID", "SEVERITY", "TITLE"}, Records: checker.Rules()}
			for _, r := range checker.Rules() {
				listing.Rows = append(listing.Rows, []string{r.ID, string(r.Severity), r.Title})
			}
			return listing.Write(o.Stdout, o.Format)
		},
	}
	addPolicyFlags(cmd, &o.rules)
	o.AddOutput(cmd)
	return cmd
}

func newTest(e *env.Env) *cobra.Command {
	o := &Options{Env: e}
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Run the tests of the rules",
		Long: `Run the tests of your own rules in DIR and of the built-in rules: every rule whose name
begins with test_, in files named *_test.rego. data.keyward.testing makes plans to test
with. Exit code 1 tells that a test failed.`,
		Example: `  keyward check test policies
  keyward check test --data settings.yaml --output json policies`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.rules.Dir = args[0]
			}
			results, err := policy.Test(cmd.Context(), o.rules)
			if err != nil {
				return err
			}
			return o.reportTests(results)
		},
	}
	cmd.Flags().StringVar(&o.rules.Data, "data", "", "`FILE` with settings and data of your rules, JSON or YAML")
	o.AddOutput(cmd)
	return cmd
}

func (o *Options) reportTests(results []policy.TestResult) error {
	wrong, own := 0, 0
	listing := output.Listing{Header: []string{"OUTCOME", "TEST", "WHERE", "MESSAGE"}, Records: results}
	for _, r := range results {
		if !r.Passed() {
			wrong++
		}
		if !policy.IsBuiltin(r.File) {
			own++
		}
		if o.Format == output.FormatTable && r.Passed() && policy.IsBuiltin(r.File) {
			continue // they are many, and not the user's
		}
		listing.Rows = append(listing.Rows, []string{r.Outcome, r.Package + "." + r.Name, fmt.Sprintf("%s:%d", r.File, r.Line), r.Message})
	}
	if o.Format != output.FormatTable || len(listing.Rows) > 0 {
		if err := listing.Write(o.Stdout, o.Format); err != nil {
			return err
		}
	}
	switch {
	case wrong > 0:
		return output.Found("%d of %s failed.", wrong, output.Count(len(results), "test"))
	case o.rules.Dir != "" && own == 0:
		return errors.New("there is no test in " + o.rules.Dir + ": tests are rules named test_… in files named *_test.rego")
	}
	o.Say("%s passed, %d of them your own.", output.Count(len(results), "test"), own)
	return nil
}
