package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	// starts is how often a start is measured.
	starts = 22
	// mostStart is what a start may take.
	mostStart = 100 * time.Millisecond
	// The protocol that the provider serves, and how Terraform greets it. Source:
	// Terraform's plugin protocol, version 6.
	protocol      = 6
	cookieName    = "TF_PLUGIN_MAGIC_COOKIE"
	cookieValue   = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	schemaMethod  = "/tfplugin6.Provider/GetProviderSchema"
	schemaMaximum = 64 << 20 // bytes
)

// measureStart measures the time from a plugin's start to its schema, as
// Terraform asks for it.
func measureStart(ctx context.Context, b *bench) (part, error) {
	t := table{head: []string{"Provider", "Median ms", "Slowest ms"}}
	names := []string{provider, baselineProvider}
	taken := map[string][]time.Duration{}
	for run := range starts {
		for _, name := range names { // in turn, so that a machine's moods reach both
			d, err := start(ctx, filepath.Join(b.plugins, name))
			if err != nil {
				return part{}, fmt.Errorf("%s: %w", name, err)
			}
			if run > 0 { // the first reads the binary from the disk
				taken[name] = append(taken[name], d)
			}
		}
	}
	for _, name := range names {
		t.add("`"+name+"`", milliseconds(median(taken[name])), milliseconds(slices.Max(taken[name])))
	}
	ours := median(taken[provider])
	return part{
		note: fmt.Sprintf("From the start of the process to its whole schema, over the plugin protocol as Terraform speaks it (with TLS);\n"+
			"the median of %d.", starts-1),
		table:   t,
		targets: []target{atMost("start-up to the schema, ms", float64(ours.Milliseconds()), float64(mostStart.Milliseconds()), "%.0f")},
	}, nil
}

// start starts a plugin, asks for its schema and returns how long that took.
func start(ctx context.Context, path string) (time.Duration, error) {
	cmd := exec.Command(path) //nolint:noctx // the plugin's client ends it
	cmd.Env = environment(cmd.Environ())
	began := time.Now()
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig{ProtocolVersion: protocol, MagicCookieKey: cookieName, MagicCookieValue: cookieValue},
		VersionedPlugins: map[int]plugin.PluginSet{protocol: {"provider": schemaPlugin{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              cmd,
		AutoMTLS:         true,
		Logger:           hclog.NewNullLogger(),
	})
	defer client.Kill()
	connected, err := client.Client()
	if err != nil {
		return 0, fmt.Errorf("greet the plugin: %w", err)
	}
	dispensed, err := connected.Dispense("provider")
	if err != nil {
		return 0, fmt.Errorf("reach the provider: %w", err)
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		return 0, fmt.Errorf("the plugin's client gave a %T", dispensed)
	}
	// What the message says doesn't matter here: an empty one takes any fields.
	if err := conn.Invoke(ctx, schemaMethod, &emptypb.Empty{}, &emptypb.Empty{}, grpc.MaxCallRecvMsgSize(schemaMaximum)); err != nil {
		return 0, fmt.Errorf("ask for the schema: %w", err)
	}
	return time.Since(began), nil
}

// schemaPlugin hands out the connection itself.
type schemaPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (schemaPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("only the client's side is here")
}

func (schemaPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.0f", float64(d)/float64(time.Millisecond))
}
