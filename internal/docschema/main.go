// Command docschema completes what `terraform providers schema -json` printed:
// Terraform before 1.14 knows no actions and no list resources and leaves them
// out, and the documentation is generated with any of them. It reads standard
// input and takes what is missing from the provider itself.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
)

func main() {
	if err := complete(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "docschema:", err)
		os.Exit(1)
	}
}

// document is the JSON that Terraform prints. Source: Terraform's documentation
// of `terraform providers schema`.
type document struct {
	FormatVersion string                                `json:"format_version"`
	Providers     map[string]map[string]json.RawMessage `json:"provider_schemas"`
}

// complete copies a document and puts the actions and list resources into it.
func complete(ctx context.Context, in io.Reader, out io.Writer) error {
	var doc document
	if err := json.NewDecoder(in).Decode(&doc); err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	if len(doc.Providers) != 1 {
		return fmt.Errorf("the schema is of %d providers, not of one", len(doc.Providers))
	}
	schemas, err := ownSchemas(ctx)
	if err != nil {
		return err
	}
	missing := map[string]any{
		"action_schemas":        convertAll(schemas.ActionSchemas, func(s *tfprotov6.ActionSchema) *tfprotov6.Schema { return s.Schema }),
		"list_resource_schemas": convertAll(schemas.ListResourceSchemas, func(s *tfprotov6.Schema) *tfprotov6.Schema { return s }),
	}
	for _, known := range doc.Providers {
		for name, value := range missing {
			if known[name], err = json.Marshal(value); err != nil {
				return fmt.Errorf("writing %s: %w", name, err)
			}
		}
	}
	if err := json.NewEncoder(out).Encode(doc); err != nil {
		return fmt.Errorf("writing the schema: %w", err)
	}
	return nil
}

// ownSchemas asks the provider, in this process, as Terraform would.
func ownSchemas(ctx context.Context) (*tfprotov6.GetProviderSchemaResponse, error) {
	options := provider.Options{Version: "docs", Getenv: func(string) string { return "" }, Now: time.Now}
	server, err := providerserver.NewProtocol6WithError(provider.New(options)())()
	if err != nil {
		return nil, fmt.Errorf("starting the provider: %w", err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking the provider for its schema: %w", err)
	}
	for _, d := range schemas.Diagnostics {
		return nil, fmt.Errorf("the provider's schema: %s: %s", d.Summary, d.Detail)
	}
	return schemas, nil
}

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
