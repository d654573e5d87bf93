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
	// starts is how often a start is measured, mostStart what it may take.
	starts    = 21
	mostStart = 100 * time.Millisecond
	// The protocol that the provider serves, and how Terraform greets it. Source:
	// Terraform's plugin protocol, version 6.
	protocol     = 6
	cookieName   = "TF_PLUGIN_MAGIC_COOKIE"
	cookieValue  = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
	schemaMethod = "/tfplugin6.Provider/GetProviderSchema"
	mostSchema   = 64 << 20 // bytes
)

// pluginStart is how long the starts of a plugin took.
type pluginStart struct {
	Name            string
	Runs            int
	Median, Slowest time.Duration
}

// measureStart measures the time from a plugin's start to its schema, as
// Terraform asks for it.
func measureStart(ctx context.Context, b *bench, p *page) error {
	names := []string{provider, baselineProvider}
	taken, err := repeat(starts+1, names, func(name string) (time.Duration, error) {
		d, err := start(ctx, filepath.Join(b.dir, "plugins", name))
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return d, err
	})
	if err != nil {
		return err
	}
	for i, name := range names {
		all := taken[i][1:] // the first reads the binary from the disk
		p.Starts = append(p.Starts, pluginStart{name, starts, median(all, itself), slices.Max(all)})
	}
	p.atMost("start-up to the schema, ms", milliseconds(p.Starts[0].Median), milliseconds(mostStart), "%.0f")
	return nil
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
	if err := conn.Invoke(ctx, schemaMethod, &emptypb.Empty{}, &emptypb.Empty{}, grpc.MaxCallRecvMsgSize(mostSchema)); err != nil {
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
