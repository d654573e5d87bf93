package policy

import (
	_ "embed" // for the settings
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/util"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
)

//go:embed pack/config.json
var defaultConfig []byte

// newData is what rules find below data: the settings and the platforms' facts,
// and what the user's file adds; "" for none.
func newData(file string) (data map[string]any, err error) {
	var config map[string]any
	if err := util.UnmarshalJSON(defaultConfig, &config); err != nil {
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	data = map[string]any{}
	if file != "" {
		if data, err = readData(file); err != nil {
			return nil, err
		}
	}
	own := asMap(data["keyward"])
	for name := range own {
		if name != "config" {
			return nil, fmt.Errorf("there is no keyward.%s to set, only keyward.config", name)
		}
	}
	for name, value := range asMap(own["config"]) {
		was, known := config[name]
		if !known {
			return nil, fmt.Errorf("there is no setting keyward.config.%s: there are %s", name, strings.Join(slices.Sorted(maps.Keys(config)), ", "))
		}
		if err := checkSetting(name, was, value); err != nil {
			return nil, err
		}
		config[name] = value
	}
	data["keyward"] = map[string]any{"config": config, "platform": facts()}
	return data, nil
}

// Settings returns the names of the settings below keyward.config.
func Settings() []string {
	var config map[string]any
	if err := util.UnmarshalJSON(defaultConfig, &config); err != nil {
		return nil // New says so
	}
	return slices.Sorted(maps.Keys(config))
}

func checkSetting(name string, was, value any) error {
	wrong := func(want string) error { return fmt.Errorf("the setting keyward.config.%s must be %s", name, want) }
	switch was := was.(type) {
	case bool:
		if _, ok := value.(bool); !ok {
			return wrong("true or false")
		}
	case json.Number:
		if n, ok := value.(json.Number); !ok || strings.ContainsAny(n.String(), ".eE-") {
			return wrong("a whole number, such as " + was.String())
		}
	case string:
		text, ok := value.(string)
		if d, err := time.ParseDuration(text); !ok || err != nil || d < 0 {
			return wrong("a duration, such as " + was)
		}
	case []any:
		list, ok := value.([]any)
		if !ok {
			return wrong("a list")
		}
		if name == "exceptions" {
			return nil // looked at where they are used
		}
		for _, element := range list {
			if _, ok := element.(string); !ok {
				return wrong("a list of texts")
			}
		}
	}
	return nil
}

// facts are the platforms' words.
func facts() map[string]any {
	dangers := []any{}
	for _, d := range billium.Dangers(billium.Permissions()) {
		dangers = append(dangers, map[string]any{"permissions": billium.Names(d.Permissions), "why": d.Why})
	}
	roles := map[string]any{}
	for _, role := range billium.Roles() {
		roles[string(role)] = billium.Names(role.Permissions())
	}
	return map[string]any{"billium": map[string]any{
		"permissions": billium.Names(billium.Permissions()), "public_permissions": billium.Names(billium.PublicPermissions()),
		"dangers": dangers, "roles": roles,
	}}
}

// readData reads the user's file, JSON or YAML.
func readData(file string) (map[string]any, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the data: %w", err)
	}
	var value any
	if err := util.Unmarshal(content, &value); err != nil {
		return nil, fmt.Errorf("reading the data: %s is neither JSON nor YAML: %w", file, err)
	}
	data, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("reading the data: %s is no object", file)
	}
	return data, nil
}

// exception accepts a finding.
type exception struct {
	// Rule is a rule's id.
	Rule string `json:"rule"`
	// Address is an object's, where * stands for any text.
	Address string `json:"address"`
	// Reason says why; it must be there.
	Reason string `json:"reason"`

	address *regexp.Regexp
}

// exceptionsOf reads the setting of that name.
func exceptionsOf(data map[string]any, rules []*Rule) (all []exception, err error) {
	content, err := json.Marshal(asMap(asMap(data["keyward"])["config"])["exceptions"])
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(content, &all); err != nil {
		return nil, errors.New("an element of keyward.config.exceptions is not {rule, address, reason}")
	}
	for i, e := range all {
		switch {
		case e.Rule == "" || e.Address == "" || e.Reason == "":
			return nil, errors.New("an element of keyward.config.exceptions lacks its rule, address or reason")
		case !slices.ContainsFunc(rules, func(r *Rule) bool { return r.ID == e.Rule }):
			return nil, fmt.Errorf("keyward.config.exceptions names the rule %q, which there isn't", e.Rule)
		}
		pattern := strings.ReplaceAll(regexp.QuoteMeta(e.Address), `\*`, `.*`)
		if all[i].address, err = regexp.Compile("^" + pattern + "$"); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// asMap and asList are a value as what it should be; reading the zero value is
// fine, and writing to a nil map is never done.
func asMap(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}

func asList(value any) []any {
	l, _ := value.([]any)
	return l
}
