package tfstate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
)

// Change is what a plan does to one of Keyward's objects. Its type need not be one of
// Types: the provider may be newer than the command. Source: Terraform's JSON output
// format, "Change representation".
type Change struct {
	Address string `json:"address"`
	// Module is "" for the root module.
	Module string `json:"module_address"`
	Mode   string `json:"mode"`
	Type   string `json:"type"`
	Name   string `json:"name"`
	// Deposed is "" but for the old object of a replacement that could not be destroyed.
	Deposed string `json:"deposed"`
	// Actions are no-op, create, read, update, delete and forget; a replacement has
	// two of them.
	Actions []string `json:"-"`
	// Raw is the change as Terraform has it. It has what is sensitive.
	Raw json.RawMessage `json:"change"`
}

// Does reports whether an action is among the change's.
func (c Change) Does(action string) bool { return slices.Contains(c.Actions, action) }

// Values are the attributes that an object of one of Types has before and after a
// change, and zero where it doesn't exist. What is not known yet is absent from After.
type Values struct {
	Before  Attributes                 `json:"before"`
	After   Attributes                 `json:"after"`
	Unknown map[string]json.RawMessage `json:"after_unknown"`
}

// IsUnknown reports whether an attribute, or any part of it, is known only after the
// apply.
func (v Values) IsUnknown(attribute string) bool {
	return strings.Contains(string(v.Unknown[attribute]), "true")
}

// Values decodes the attributes. The error names the resource.
func (c Change) Values() (Values, error) {
	var v Values
	return v, decode(c.Address, c.Raw, &v)
}

// ours returns the changes to objects that Keyward manages, whatever registry its
// provider is from.
func ours(changes []Change) ([]Change, error) {
	var found []Change
	for _, c := range changes {
		if c.Mode != "managed" || !strings.HasPrefix(c.Type, prefix) {
			continue
		}
		var change struct {
			Actions []string `json:"actions"`
		}
		if err := json.Unmarshal(c.Raw, &change); err != nil {
			return nil, fmt.Errorf("%s: its change can't be understood: %w", c.Address, err)
		}
		c.Actions = change.Actions
		found = append(found, c)
	}
	return found, nil
}

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

// Concealed stands for a sensitive value: one can tell that there is one, and not print
// it.
const Concealed = "(sensitive value)"

// Concealed returns the whole of a plan as JSON values, in which every value that the plan
// marks as sensitive is replaced by the constant Concealed, and every token is cut to its
// prefix. tokens are the places where those were, sorted.
func (d Document) Concealed() (plan map[string]any, tokens []string, err error) {
	if plan, err = concealed(d.text); err != nil {
		return nil, nil, err
	}
	tokens = []string{}
	maskTokens("", plan, &tokens)
	slices.Sort(tokens)
	return plan, tokens, nil
}

// ConcealedChange is a change in which what is sensitive is replaced as in
// Document.Concealed.
type ConcealedChange struct {
	// Before and After are the object's attributes; nil where it doesn't exist.
	Before, After map[string]any
	// AfterUnknown is true, or has true in it, for what is known only after the apply.
	AfterUnknown any
}

// Concealed decodes a change for anyone who shows it.
func (c Change) Concealed() (ConcealedChange, error) {
	change, err := concealed(c.Raw)
	maskTokens("", change, &[]string{})
	return ConcealedChange{attributes(change["before"]), attributes(change["after"]), change["after_unknown"]}, err
}

func attributes(value any) map[string]any {
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		return v
	default:
		return map[string]any{} // all of it is sensitive
	}
}

// concealed decodes a plan or a part of one, keeping numbers as they are written, and
// conceals what it marks as sensitive.
func concealed(text json.RawMessage) (decoded map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&decoded); err != nil {
		return nil, err
	}
	concealMarked(decoded)
	// A variable's mark is in the configuration alone.
	declared := member(member(member(decoded, "configuration"), "root_module"), "variables")
	for name, variable := range member(decoded, "variables") {
		if value, ok := variable.(map[string]any); ok && member(declared, name)["sensitive"] == true {
			value["value"] = Concealed
		}
	}
	return decoded, nil
}

// member returns an object that is in another one, nil where there is none.
func member(object map[string]any, name string) map[string]any {
	inner, _ := object[name].(map[string]any)
	return inner
}

// concealMarked conceals the values beside before_sensitive, after_sensitive and
// sensitive_values, and those of outputs and variables that are sensitive, wherever they
// are. What other providers have among an object's attributes is no mark.
func concealMarked(part any) {
	switch part := part.(type) {
	case map[string]any:
		for name, value := range part {
			marks, marked := part[name+"_sensitive"]
			if !marked {
				marks, marked = part["sensitive_"+name]
			}
			switch {
			case marked:
				part[name] = conceal(value, marks)
			case (name == "value" || name == "default") && part["sensitive"] == true:
				part[name] = Concealed
			default:
				concealMarked(value)
			}
		}
	case []any:
		for _, element := range part {
			concealMarked(element)
		}
	}
}

// conceal replaces what the marks say: true, or a structure like that of the value with
// true in it.
func conceal(value, marks any) any {
	switch mark := marks.(type) {
	case bool:
		if mark && value != nil {
			return Concealed
		}
	case map[string]any:
		if v, ok := value.(map[string]any); ok {
			for name, part := range mark {
				if _, there := v[name]; there {
					v[name] = conceal(v[name], part)
				}
			}
		}
	case []any:
		if v, ok := value.([]any); ok {
			for i, part := range mark[:min(len(mark), len(v))] {
				v[i] = conceal(v[i], part)
			}
		}
	}
	return value
}

// maskTokens cuts every token in the strings below a value to its prefix, names of
// attributes included, and adds where they were.
func maskTokens(at string, value any, places *[]string) any {
	switch v := value.(type) {
	case string:
		if mask.Has(v) {
			*places = append(*places, at)
			return mask.Text(v)
		}
	case map[string]any:
		for name, part := range v {
			clean := mask.Text(name)
			masked := maskTokens(strings.TrimPrefix(at+"."+clean, "."), part, places)
			if clean != name {
				delete(v, name)
			}
			v[clean] = masked
		}
	case []any:
		for i := range v {
			v[i] = maskTokens(at+"."+fmt.Sprint(i), v[i], places)
		}
	}
	return value
}
