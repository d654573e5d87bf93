//go:build unix

package e2e_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// stores stand in for the providers of secret stores, with as much of their
// resources as the guide on tokens uses. They let Terraform itself say whether the
// guide's configuration keeps a token out of the state; what the real providers do
// with what they are given is theirs.
type stores struct {
	mu sync.Mutex
	// written are the values that each type of resource was given, in order.
	written map[string][]string
}

func (s *stores) write(resourceType, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written[resourceType] = append(s.written[resourceType], value)
}

// seen returns what each type of resource has been given since the last call.
func (s *stores) seen() map[string][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.written
	s.written = map[string][]string{}
	return seen
}

// start serves the providers, and returns the variable that lets Terraform find
// them.
func (s *stores) start(t *testing.T) string {
	t.Helper()
	s.written = map[string][]string{}
	reattach := map[string]map[string]any{}
	for name, resources := range s.providers() {
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		config, closed, failed := make(chan *plugin.ReattachConfig, 1), make(chan struct{}), make(chan error, 1)
		go func() {
			failed <- tf6server.Serve("registry.terraform.io/hashicorp/"+name, providerserver.NewProtocol6(store{name, resources}),
				tf6server.WithDebug(ctx, config, closed), tf6server.WithoutLogStderrOverride(),
				tf6server.WithGoPluginLogger(hclog.New(&hclog.LoggerOptions{Output: io.Discard})))
		}()
		t.Cleanup(func() { cancel(); <-closed })
		select {
		case err := <-failed:
			t.Fatalf("serving a store: %v", err)
		case c := <-config:
			at := map[string]any{
				"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.Getpid(), "Test": true,
				"Addr": map[string]string{"Network": c.Addr.Network(), "String": c.Addr.String()},
			}
			reattach["registry.terraform.io/hashicorp/"+name], reattach["registry.opentofu.org/hashicorp/"+name] = at, at
		}
	}
	text, err := json.Marshal(reattach)
	if err != nil {
		t.Fatal(err)
	}
	return "TF_REATTACH_PROVIDERS=" + string(text)
}

// providers are the types of resources that each provider has.
func (s *stores) providers() map[string]map[string]secret {
	text := schema.StringAttribute{Required: true}
	version := schema.Int64Attribute{Required: true}
	hidden := schema.StringAttribute{Required: true, WriteOnly: true}
	return map[string]map[string]secret{
		"vault": {"kv_secret_v2": {s, "data_json_wo", schema.Schema{Attributes: map[string]schema.Attribute{
			"mount": text, "name": text, "data_json_wo": hidden, "data_json_wo_version": version,
		}}}},
		"aws": {
			"secretsmanager_secret": {s, "", schema.Schema{Attributes: map[string]schema.Attribute{
				"name": text, "id": schema.StringAttribute{Computed: true},
			}}},
			"secretsmanager_secret_version": {s, "secret_string_wo", schema.Schema{Attributes: map[string]schema.Attribute{
				"secret_id": text, "secret_string_wo": hidden, "secret_string_wo_version": version,
			}}},
		},
		"kubernetes": {"secret_v1": {s, "data_wo", schema.Schema{
			Attributes: map[string]schema.Attribute{
				"data_wo":          schema.MapAttribute{ElementType: types.StringType, Required: true, WriteOnly: true},
				"data_wo_revision": version,
			},
			Blocks: map[string]schema.Block{"metadata": schema.ListNestedBlock{
				NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{"name": text}},
			}},
		}}},
	}
}

// store is a provider.
type store struct {
	name      string
	resources map[string]secret
}

func (p store) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = p.name
}

func (store) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (store) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (store) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (p store) Resources(context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, name := range slices.Sorted(maps.Keys(p.resources)) {
		all = append(all, func() resource.Resource { return named{p.resources[name], name} })
	}
	return all
}

// secret is a type of resource whose values go to the stores.
type secret struct {
	stores *stores
	// value is the write-only attribute, empty for none.
	value  string
	schema schema.Schema
}

type named struct {
	secret
	name string
}

func (r named) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + r.name
}

func (r named) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

func (r named) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	if _, has := r.schema.Attributes["id"]; has {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "arn:"+r.name)...)
	}
	r.take(ctx, req.Config)
}

func (r named) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
	r.take(ctx, req.Config)
}

func (named) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (named) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// take writes the token that it was given: the value itself, or the member token
// of an object.
func (r named) take(ctx context.Context, config tfsdk.Config) {
	var text string
	switch r.value {
	case "":
		return
	case "data_wo":
		var data map[string]string
		_ = config.GetAttribute(ctx, path.Root(r.value), &data)
		text = data["token"]
	case "data_json_wo":
		var object struct{ Token string }
		_ = config.GetAttribute(ctx, path.Root(r.value), &text)
		_ = json.Unmarshal([]byte(text), &object)
		text = object.Token
	default:
		_ = config.GetAttribute(ctx, path.Root(r.value), &text)
	}
	r.stores.write(r.name, text)
}
