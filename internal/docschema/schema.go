package main

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The schema as Terraform writes it, as far as documentation is made of it.
type (
	schema struct {
		Version int64 `json:"version"`
		Block   block `json:"block"`
	}
	block struct {
		Attributes      map[string]attribute   `json:"attributes,omitempty"`
		Blocks          map[string]nestedBlock `json:"block_types,omitempty"`
		Description     string                 `json:"description,omitempty"`
		DescriptionKind string                 `json:"description_kind,omitempty"`
		Deprecated      bool                   `json:"deprecated,omitempty"`
	}
	nestedBlock struct {
		Nesting string `json:"nesting_mode"`
		Block   block  `json:"block"`
		Min     int64  `json:"min_items,omitempty"`
		Max     int64  `json:"max_items,omitempty"`
	}
	attribute struct {
		Type            tftypes.Type `json:"type,omitempty"`
		Nested          *nested      `json:"nested_type,omitempty"`
		Description     string       `json:"description,omitempty"`
		DescriptionKind string       `json:"description_kind,omitempty"`
		Required        bool         `json:"required,omitempty"`
		Optional        bool         `json:"optional,omitempty"`
		Computed        bool         `json:"computed,omitempty"`
		Sensitive       bool         `json:"sensitive,omitempty"`
		WriteOnly       bool         `json:"write_only,omitempty"`
		Deprecated      bool         `json:"deprecated,omitempty"`
	}
	nested struct {
		Attributes map[string]attribute `json:"attributes"`
		Nesting    string               `json:"nesting_mode"`
	}
)

func convertAll[S any](schemas map[string]S, of func(S) *tfprotov6.Schema) map[string]schema {
	all := make(map[string]schema, len(schemas))
	for name, s := range schemas {
		all[name] = schema{Version: of(s).Version, Block: convertBlock(of(s).Block)}
	}
	return all
}

func convertBlock(b *tfprotov6.SchemaBlock) block {
	blocks := make(map[string]nestedBlock, len(b.BlockTypes))
	for _, n := range b.BlockTypes {
		blocks[n.TypeName] = nestedBlock{
			Nesting: strings.ToLower(n.Nesting.String()), Block: convertBlock(n.Block), Min: n.MinItems, Max: n.MaxItems,
		}
	}
	return block{
		Attributes: convertAttributes(b.Attributes), Blocks: blocks,
		Description: b.Description, DescriptionKind: kind(b.DescriptionKind), Deprecated: b.Deprecated,
	}
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	all := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		converted := attribute{
			Type: a.Type, Description: a.Description, DescriptionKind: kind(a.DescriptionKind),
			Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			Sensitive: a.Sensitive, WriteOnly: a.WriteOnly, Deprecated: a.Deprecated,
		}
		if a.NestedType != nil {
			converted.Type = nil
			converted.Nested = &nested{
				Attributes: convertAttributes(a.NestedType.Attributes), Nesting: strings.ToLower(a.NestedType.Nesting.String()),
			}
		}
		all[a.Name] = converted
	}
	return all
}

func kind(k tfprotov6.StringKind) string { return strings.ToLower(k.String()) }
