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
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

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
