package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// replacements are texts of a state and what stands in their place in a copy.
type replacements map[string]string

// multiply rewrites a state of one resource with one instance: each of the
// copies adds an instance that differs in those texts and in its index.
func multiply(state []byte, copies []replacements) ([]byte, error) {
	var root map[string]any
	decoder := json.NewDecoder(bytes.NewReader(state))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	resources, _ := root["resources"].([]any)
	if len(resources) != 1 {
		return nil, fmt.Errorf("the state has %d resources, not one", len(resources))
	}
	resource, _ := resources[0].(map[string]any)
	instances, _ := resource["instances"].([]any)
	if len(instances) != 1 {
		return nil, fmt.Errorf("the state has %d instances, not one", len(instances))
	}
	for i, with := range copies {
		instance, ok := replace(instances[0], with).(map[string]any)
		if !ok {
			return nil, errors.New("the state's instance is no object")
		}
		instance["index_key"] = i + 1
		instances = append(instances, instance)
	}
	resource["instances"] = instances
	return json.Marshal(root)
}

// replace returns a copy of a JSON value with other texts.
func replace(value any, with replacements) any {
	switch v := value.(type) {
	case string:
		if other, ok := with[v]; ok {
			return other
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = replace(item, with)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = replace(item, with)
		}
		return out
	default:
		return v
	}
}

// multiplyState does it to the workspace's state.
func (s *workspace) multiplyState(copies []replacements) error {
	path := filepath.Join(s.dir, "terraform.tfstate")
	state, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	if state, err = multiply(state, copies); err != nil {
		return err
	}
	if err := os.WriteFile(path, state, 0o600); err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	return nil
}
