package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/keyward/terraform-provider-keyward/internal/report"
)

// Rule is one that a plan is held against: a Rego package below keyward.rules.
type Rule struct {
	// ID is the package's own name, with hyphens: keyward.rules.admin_key is admin-key.
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Remedy      string          `json:"remedy"`
	Severity    report.Severity `json:"severity"`
	// Builtin tells Keyward's own from the user's.
	Builtin bool `json:"builtin"`
	// Needs are the attributes that decide it, by type of object: where the plan
	// doesn't know one of them, the rule can't be told to hold.
	Needs map[string][]string `json:"needs"`

	name string
	sets []string // of deny, warn and decided, those that it has
}

const (
	rulesPackage = "data.keyward.rules"
	denySet      = "deny"
	warnSet      = "warn"
	decidedSet   = "decided"
)

// rulesOf finds the rules in modules. A file that would look like a rule and
// never be asked is an error.
func rulesOf(modules map[string]*ast.Module, builtin bool) ([]*Rule, error) {
	byName := map[string]*Rule{}
	for _, file := range sortedFiles(modules) {
		if isTest(file) {
			continue
		}
		name, err := ruleName(modules[file])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if name == "" {
			continue
		}
		rule := byName[name]
		if rule == nil {
			rule = &Rule{ID: strings.ReplaceAll(name, "_", "-"), name: name, Builtin: builtin, Severity: report.High, Title: name, Needs: map[string][]string{}}
			byName[name] = rule
		}
		if err := rule.read(modules[file]); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	var rules []*Rule
	for _, rule := range byName {
		if !slices.Contains(rule.sets, denySet) && !slices.Contains(rule.sets, warnSet) {
			return nil, fmt.Errorf("the package keyward.rules.%s has neither deny nor warn: it would find nothing", rule.name)
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, nil
}

// ruleName is the last part of a rule's package, "" for a package of helpers.
func ruleName(module *ast.Module) (string, error) {
	path := module.Package.Path.String()
	if rest, ok := strings.CutPrefix(path, rulesPackage+"."); ok {
		if strings.ContainsAny(rest, `.["`) {
			return "", fmt.Errorf("the package %s is too deep: a rule is a package keyward.rules.NAME, where NAME is a word", strings.TrimPrefix(path, "data."))
		}
		return rest, nil
	}
	for _, rule := range module.Rules {
		if name := rule.Head.Name.String(); name == denySet || name == warnSet {
			return "", fmt.Errorf("the package %s has %s, but only packages keyward.rules.NAME are asked: move it to one", strings.TrimPrefix(path, "data."), name)
		}
	}
	return "", nil
}

// read takes the metadata of the package and which sets it has.
func (r *Rule) read(module *ast.Module) error {
	for _, rule := range module.Rules {
		name := ruleHead(rule)
		if slices.Contains([]string{denySet, warnSet, decidedSet}, name) && !slices.Contains(r.sets, name) {
			r.sets = append(r.sets, name)
		}
	}
	for _, a := range module.Annotations {
		if a.Scope != "package" {
			continue
		}
		if a.Title != "" {
			r.Title = a.Title
		}
		r.Description = strings.TrimSpace(a.Description)
		if err := r.custom(a.Custom); err != nil {
			return fmt.Errorf("the metadata of keyward.rules.%s: %w", r.name, err)
		}
	}
	return nil
}

func ruleHead(rule *ast.Rule) string {
	if len(rule.Head.Reference) > 0 {
		return strings.Trim(rule.Head.Reference[0].Value.String(), `"`)
	}
	return rule.Head.Name.String()
}

func (r *Rule) custom(custom map[string]any) error {
	for name, value := range custom {
		var err error
		switch name {
		case "severity":
			text, ok := value.(string)
			if !ok {
				return errors.New("its severity is no word")
			}
			r.Severity, err = report.ParseSeverity(text)
		case "remedy":
			text, ok := value.(string)
			if !ok {
				return errors.New("its remedy is no text")
			}
			r.Remedy = strings.TrimSpace(text)
		case "needs":
			r.Needs, err = needsOf(value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func needsOf(value any) (map[string][]string, error) {
	wrong := errors.New("its needs must be a list of attributes for each type of object")
	types, ok := value.(map[string]any)
	if !ok {
		return nil, wrong
	}
	needs := map[string][]string{}
	for objectType, list := range types {
		attributes, ok := list.([]any)
		if !ok {
			return nil, wrong
		}
		for _, a := range attributes {
			text, ok := a.(string)
			if !ok {
				return nil, wrong
			}
			needs[objectType] = append(needs[objectType], text)
		}
	}
	return needs, nil
}
