package serve_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/keyward/terraform-provider-keyward/internal/provider"
	"github.com/keyward/terraform-provider-keyward/internal/serve"
)

// serveAs has the test's own program serve the provider instead of running tests.
const serveAs = "KEYWARD_TEST_SERVE"

func TestMain(m *testing.M) {
	create := provider.New(provider.Options{Version: "test", Getenv: os.Getenv, Now: time.Now})
	var err error
	switch os.Getenv(serveAs) {
	case "ours":
		err = serve.Provider(create, false)
	case "plain":
		err = providerserver.Serve(context.Background(), create, providerserver.ServeOpts{Address: "registry.terraform.io/keyward/keyward"})
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		panic(err)
	}
}

// noPlugin makes no client of a connection: the test calls by hand.
type noPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (noPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

func (noPlugin) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return struct{}{}, nil
}

// output is what a process writes, from another goroutine.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Split(o.text.String(), "\n")
}

// logged runs the provider in a process of its own, has it tell its schemas, and
// returns what it logs meanwhile: "level module message" of each line.
func logged(t *testing.T, as string, environment ...string) []string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append([]string{serveAs + "=" + as}, environment...)
	written := &output{}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE", MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": noPlugin{}}},
		Cmd:              command, Stderr: written, Logger: hclog.NewNullLogger(), SkipHostEnv: true,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
	})
	connected, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	connection, ok := connected.(*plugin.GRPCClient)
	if !ok {
		t.Fatalf("got a %T", connected)
	}
	for _, call := range []string{"GetMetadata", "GetProviderSchema", "StopProvider"} {
		// Of the answers, only that they come matters.
		if err := connection.Conn.Invoke(t.Context(), "/tfplugin6.Provider/"+call, &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
			t.Fatalf("%s: %v", call, err)
		}
	}
	client.Kill() // waits for the process, and so for all that it writes
	return parse(written.lines())
}

func parse(lines []string) []string {
	var events []string
	for _, line := range lines {
		var entry struct {
			Level   string `json:"@level"`
			Module  string `json:"@module"`
			Message string `json:"@message"`
		}
		// go-plugin's own lines, which no variable is about, have no module.
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Module != "" {
			events = append(events, entry.Level+" "+entry.Module+" "+entry.Message)
		}
	}
	return events
}

func TestLogsNothingUnasked(t *testing.T) {
	t.Parallel()
	if got := logged(t, "plain"); len(got) == 0 {
		t.Error("the libraries have stopped logging unasked: there is nothing to silence any more")
	}
	for _, environment := range [][]string{nil, {"TF_LOG="}, {"TF_LOG=off"}, {"TF_LOG_CORE=TRACE"}} {
		if got := logged(t, "ours", environment...); len(got) != 0 {
			t.Errorf("%q: %d lines, the first %q", environment, len(got), got[0])
		}
	}
}

func TestLogsAllThatIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, environment := range [][]string{
		{"TF_LOG=TRACE"}, {"TF_LOG=JSON"}, {"TF_LOG_PROVIDER=DEBUG"}, {"TF_LOG_PROVIDER_KEYWARD=TRACE"},
		{"TF_LOG=DEBUG", "TF_LOG_SDK_PROTO=off"}, {"TF_LOG_SDK=WARN", "TF_LOG_SDK_FRAMEWORK=INFO"},
	} {
		want, got := logged(t, "plain", environment...), logged(t, "ours", environment...)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %d lines, want the libraries' %d:\n%s", environment, len(got), len(want), strings.Join(got, "\n"))
		}
		if len(want) == 0 && environment[0] == "TF_LOG=TRACE" {
			t.Error("TRACE logs nothing")
		}
	}
}

// What is served is complete: Terraform looks for lists and actions by these
// interfaces, and finds none where they are lost on the way.
func TestServesAllThereIs(t *testing.T) {
	t.Parallel()
	served := serve.Server(provider.New(provider.Options{Version: "test", Getenv: os.Getenv, Now: time.Now})())
	if _, ok := served.(tfprotov6.ListResourceServer); !ok {
		t.Error("it serves no list resources")
	}
	if _, ok := served.(tfprotov6.ActionServer); !ok {
		t.Error("it serves no actions")
	}
}
