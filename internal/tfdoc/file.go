package tfdoc

import (
	"encoding/json"
	"fmt"
)

// file is a state file. Source: Terraform's statefile version 4.
type file struct {
	Version   int `json:"version"`
	Resources []struct {
		Module    string `json:"module"`
		Mode      string `json:"mode"`
		Type      string `json:"type"`
		Name      string `json:"name"`
		Instances []struct {
			IndexKey   json.RawMessage `json:"index_key"`
			Status     string          `json:"status"`
			Deposed    string          `json:"deposed"`
			Attributes json.RawMessage `json:"attributes"`
		} `json:"instances"`
	} `json:"resources"`
}

func parseFile(document json.RawMessage) (Document, error) {
	var state file
	if err := json.Unmarshal(document, &state); err != nil {
		return Document{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if state.Version != 4 {
		return Document{}, fmt.Errorf("%w: it is of version %d, and only 4 is known", ErrUnknown, state.Version)
	}
	d := Document{Kind: State}
	for _, resource := range state.Resources {
		address := resource.Type + "." + resource.Name
		if resource.Mode == "data" {
			address = "data." + address
		}
		if resource.Module != "" {
			address = resource.Module + "." + address
		}
		for _, instance := range resource.Instances {
			one := Resource{
				Mode: resource.Mode, Type: resource.Type, Address: address, Values: instance.Attributes,
				Tainted: instance.Status == "tainted", Deposed: instance.Deposed,
			}
			// A key of for_each is a JSON string, one of count a number: both as in an address.
			if len(instance.IndexKey) > 0 && string(instance.IndexKey) != "null" {
				one.Address += "[" + string(instance.IndexKey) + "]"
			}
			d.State = append(d.State, one)
		}
	}
	return d, nil
}
