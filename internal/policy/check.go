package policy

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Options are what a check can be told.
type Options struct {
	// Dir has the user's own rules; "" for none.
	Dir string
	// Data is a file with settings and with data of the user's rules; "" for none.
	Data string
	// Skip are ids of rules that aren't asked.
	Skip []string
}

// Finding is what a rule says of a plan.
type Finding struct {
	Rule     string          `json:"rule"`
	Title    string          `json:"title"`
	Severity report.Severity `json:"severity"`
	// Address is the object's, or the place's; "" for the plan as a whole.
	Address string `json:"address"`
	Message string `json:"message"`
	Remedy  string `json:"remedy"`
	// Undecided tells that the rule can't be told to hold, nor to be broken.
	Undecided bool `json:"undecided"`
	// Accepted is the reason of the exception that accepts it; nil for none.
	Accepted *string `json:"accepted"`
	// File is the plan's.
	File string `json:"file"`
}

// Checker holds plans against rules.
type Checker struct {
	rules      []*Rule
	exceptions []exception
	compiler   *ast.Compiler
	store      storage.Store
	queries    map[string]rego.PreparedEvalQuery // by rule and set
}

// New reads the rules and the data. Rules that can't be read, that would never be
// asked, or that a typing mistake switches off are errors.
func New(ctx context.Context, options Options) (*Checker, error) {
	modules, rules, err := load(options.Dir)
	if err != nil {
		return nil, err
	}
	data, err := newData(options.Data)
	if err != nil {
		return nil, err
	}
	c := &Checker{store: inmem.NewFromObject(data), queries: map[string]rego.PreparedEvalQuery{}}
	if c.exceptions, err = exceptionsOf(data, rules); err != nil {
		return nil, err
	}
	if c.rules, err = without(rules, options.Skip); err != nil {
		return nil, err
	}
	if c.compiler, err = compile(withoutTests(modules)); err != nil {
		return nil, err
	}
	return c, c.prepare(ctx)
}

// load returns the built-in modules and those of dir, and the rules in both.
func load(dir string) (map[string]*ast.Module, []*Rule, error) {
	modules, err := builtinModules()
	if err != nil {
		return nil, nil, err
	}
	rules, err := rulesOf(modules, true)
	if err != nil || dir == "" {
		return modules, rules, err
	}
	own, err := userModules(dir)
	if err != nil {
		return nil, nil, err
	}
	ownRules, err := rulesOf(own, false)
	if err != nil {
		return nil, nil, err
	}
	for _, rule := range ownRules {
		if slices.ContainsFunc(rules, func(r *Rule) bool { return r.ID == rule.ID }) {
			return nil, nil, fmt.Errorf("the package keyward.rules.%s is a built-in rule's: name yours otherwise, and leave the other out with --skip %s", rule.name, rule.ID)
		}
	}
	for file, module := range own {
		if path := module.Package.Path.String(); !isTest(file) && (path == "data.keyward.plan" || path == "data.keyward") {
			return nil, nil, fmt.Errorf("%s: the package %s is Keyward's own", file, strings.TrimPrefix(path, "data."))
		}
		modules[file] = module
	}
	return modules, append(rules, ownRules...), nil
}

func without(rules []*Rule, skip []string) ([]*Rule, error) {
	for _, id := range skip {
		if !slices.ContainsFunc(rules, func(r *Rule) bool { return r.ID == id }) {
			return nil, fmt.Errorf("there is no rule %q to skip: keyward check rules lists them", id)
		}
	}
	kept := slices.DeleteFunc(slices.Clone(rules), func(r *Rule) bool { return slices.Contains(skip, r.ID) })
	return kept, nil
}

func (c *Checker) prepare(ctx context.Context) error {
	for _, rule := range c.rules {
		for _, set := range rule.sets {
			query, err := rego.New(
				rego.Compiler(c.compiler), rego.Store(c.store), rego.Capabilities(capabilities()), rego.SetRegoVersion(ast.RegoV1),
				rego.Query(fmt.Sprintf("x = %s.%s.%s", rulesPackage, rule.name, set)), rego.StrictBuiltinErrors(true),
			).PrepareForEval(ctx)
			if err != nil {
				return fmt.Errorf("preparing the rule %s: %w", rule.ID, readable(err))
			}
			c.queries[rule.name+"."+set] = query
		}
	}
	return nil
}

// Rules returns the rules that are asked, by id; built-in ones first.
func (c *Checker) Rules() []*Rule { return c.rules }

// Check returns what the rules find, the worst first. That a rule fails is an
// error: it has not passed.
func (c *Checker) Check(ctx context.Context, plan *Plan) ([]Finding, error) {
	input, err := ast.InterfaceToValue(plan.input)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", plan.File, masked(err))
	}
	findings := []Finding{}
	for _, rule := range c.rules {
		found, err := c.ask(ctx, rule, plan, input)
		if err != nil {
			return nil, fmt.Errorf("%s: the rule %s failed: %w", plan.File, rule.ID, masked(err))
		}
		findings = append(findings, found...)
	}
	for i := range findings {
		c.accept(&findings[i])
	}
	sortFindings(findings)
	return findings, nil
}

func (c *Checker) ask(ctx context.Context, rule *Rule, plan *Plan, input ast.Value) ([]Finding, error) {
	var out []Finding
	decided := map[string]bool{}
	for _, set := range rule.sets {
		value, err := c.eval(ctx, rule.name+"."+set, input)
		if err != nil {
			return nil, err
		}
		if set == decidedSet {
			for _, address := range asList(value) {
				decided[fmt.Sprint(address)] = true
			}
			continue
		}
		found, err := findingsOf(rule, set, value)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	for _, f := range out {
		decided[f.Address] = true
	}
	out = append(out, undecided(rule, plan, decided, c.onlyChanges(ctx))...)
	for i := range out {
		out[i].File = plan.File
	}
	return out, nil
}

func (c *Checker) eval(ctx context.Context, query string, input ast.Value) (any, error) {
	results, err := c.queries[query].Eval(ctx, rego.EvalParsedInput(input))
	if err != nil {
		return nil, err
	}
	if len(results) == 0 {
		return nil, nil //nolint:nilnil // undefined: it says nothing
	}
	return results[0].Bindings["x"], nil
}

// onlyChanges is the setting of that name.
func (c *Checker) onlyChanges(ctx context.Context) bool {
	value, err := storage.ReadOne(ctx, c.store, storage.MustParsePath("/keyward/config/only_changes"))
	return err == nil && value == true
}

func (c *Checker) accept(f *Finding) {
	for _, e := range c.exceptions {
		if e.Rule == f.Rule && e.address.MatchString(f.Address) {
			f.Accepted = &e.Reason
			return
		}
	}
}

func sortFindings(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Message, b.Message))
	})
}

// Rules returns the built-in rules, by id.
func Rules() ([]*Rule, error) {
	modules, err := builtinModules()
	if err != nil {
		return nil, err
	}
	return rulesOf(maps.Clone(modules), true)
}
