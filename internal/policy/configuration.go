package policy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// configuration is what a plan repeats of the configuration: which attributes a
// block sets, and what their expressions name. Not their source.
type configuration struct {
	RootModule module `json:"root_module"`
}

type module struct {
	Resources   []resourceBlock       `json:"resources"`
	ModuleCalls map[string]moduleCall `json:"module_calls"`
}

type moduleCall struct {
	Module module `json:"module"`
}

type resourceBlock struct {
	Address     string                     `json:"address"`
	Mode        string                     `json:"mode"`
	Expressions map[string]json.RawMessage `json:"expressions"`
}

// block is a resource block of the configuration.
type block struct {
	configured []string
	references map[string][]string
}

// blocks returns the resource blocks by address, without indexes.
func (c *configuration) blocks() map[string]block {
	out := map[string]block{}
	c.RootModule.collect("", out)
	return out
}

func (m *module) collect(prefix string, into map[string]block) {
	for _, r := range m.Resources {
		b := block{configured: []string{}, references: map[string][]string{}}
		for name, expression := range r.Expressions {
			b.configured = append(b.configured, name)
			if references := resourcesIn(prefix, expression); len(references) > 0 {
				b.references[name] = references
			}
		}
		slices.Sort(b.configured)
		into[prefix+r.Address] = b
	}
	for name, call := range m.ModuleCalls {
		call.Module.collect(prefix+"module."+name+".", into)
	}
}

// resourcesIn returns the resources that an expression names, in full.
func resourcesIn(prefix string, expression json.RawMessage) []string {
	var e struct {
		References []string `json:"references"`
	}
	if json.Unmarshal(expression, &e) != nil {
		return nil // a nested block: a list of expressions
	}
	var out []string
	for _, reference := range e.References {
		parts := strings.SplitN(reference, ".", 3)
		if len(parts) < 2 || !strings.HasPrefix(parts[0], "keyward_") {
			continue
		}
		address := prefix + parts[0] + "." + withoutIndexes(parts[1])
		if !slices.Contains(out, address) {
			out = append(out, address)
		}
	}
	return out
}

var indexes = regexp.MustCompile(`\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]`)

// withoutIndexes returns an address as the configuration has it.
func withoutIndexes(address string) string { return indexes.ReplaceAllString(address, "") }

func blockAddress(c resourceChange) string {
	return withoutIndexes(c.Address)
}
