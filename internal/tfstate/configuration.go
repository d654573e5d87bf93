package tfstate

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// configuration is what a plan repeats of the configuration: which attributes a
// block sets, and what their expressions name. Not their source.
type configuration struct {
	RootModule configModule `json:"root_module"`
}

type configModule struct {
	Resources []struct {
		Address     string                     `json:"address"`
		Expressions map[string]json.RawMessage `json:"expressions"`
	} `json:"resources"`
	ModuleCalls map[string]struct {
		Module configModule `json:"module"`
	} `json:"module_calls"`
}

// Block is a resource block of the configuration.
type Block struct {
	// Configured are the attributes that it sets, sorted.
	Configured []string
	// References are the addresses, without indexes, of Keyward's resources that an
	// attribute's expression names.
	References map[string][]string
}

// Block returns the block of a plan's configuration that has an object, by the object's
// address.
func (d Document) Block(address string) (Block, bool) {
	b, ok := d.blocks[withoutIndexes(address)]
	return b, ok
}

// blocks returns the resource blocks by address, without indexes.
func (c configuration) blocks() map[string]Block {
	out := map[string]Block{}
	c.RootModule.collect("", out)
	return out
}

func (m configModule) collect(above string, into map[string]Block) {
	for _, r := range m.Resources {
		b := Block{Configured: slices.Sorted(maps.Keys(r.Expressions)), References: map[string][]string{}}
		if b.Configured == nil {
			b.Configured = []string{} // it has a block, which sets nothing
		}
		for name, expression := range r.Expressions {
			if references := resourcesIn(above, expression); len(references) > 0 {
				b.References[name] = references
			}
		}
		into[above+r.Address] = b
	}
	for name, call := range m.ModuleCalls {
		call.Module.collect(above+"module."+name+".", into)
	}
}

// resourcesIn returns the resources of Keyward that an expression names, in full.
func resourcesIn(above string, expression json.RawMessage) []string {
	var e struct {
		References []string `json:"references"`
	}
	if json.Unmarshal(expression, &e) != nil {
		return nil // a nested block: a list of expressions
	}
	var out []string
	for _, reference := range e.References {
		parts := strings.SplitN(reference, ".", 3)
		if len(parts) < 2 || !strings.HasPrefix(parts[0], prefix) {
			continue
		}
		address := above + parts[0] + "." + withoutIndexes(parts[1])
		if !slices.Contains(out, address) {
			out = append(out, address)
		}
	}
	return out
}

var indexes = regexp.MustCompile(`\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]`)

// withoutIndexes returns an address as the configuration has it.
func withoutIndexes(address string) string { return indexes.ReplaceAllString(address, "") }
