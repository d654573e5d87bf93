package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// What the sandbox must bear.
const (
	leastOfBare    = 0.15 // of the requests per second of a bare handler
	leastKeyPerSec = 300.0
)

// benchmark is one of Go's benchmarks and the median of each of its figures.
type benchmark struct {
	Name                                  string
	Nanoseconds, Bytes, Allocs, PerSecond float64
}

// Micros is the time of one operation in microseconds.
func (b benchmark) Micros() float64 { return b.Nanoseconds / 1e3 }

// measureSandbox measures the sandbox's throughput beside a bare handler's.
func measureSandbox(ctx context.Context, b *bench, p *page) (err error) {
	if p.Sandbox, err = b.goBenchmarks(ctx, "./internal/sandbox"); err != nil {
		return err
	}
	rates := map[string]float64{}
	for _, m := range p.Sandbox {
		rates[m.Name] = m.PerSecond
	}
	for _, platform := range []string{"Corebill", "Billium"} {
		p.atLeast("authenticated GET on "+platform+" ÷ bare handler", ratio(rates[platform+"Get"], rates["BareGet"]), leastOfBare, "%.2f")
	}
	for _, platform := range []string{"Corebill", "Billium"} {
		p.atLeast("keys created on "+platform+" by 32 clients, per second", rates[platform+"CreateKey"], leastKeyPerSec, "%.0f")
	}
	return nil
}

// measureCode runs the benchmarks of what the provider does most.
func measureCode(ctx context.Context, b *bench, p *page) (err error) {
	p.Code, err = b.goBenchmarks(ctx, "./internal/client/...", "./internal/platform/...")
	return err
}

// goBenchmarks runs the benchmarks of the packages.
func (b *bench) goBenchmarks(ctx context.Context, packages ...string) ([]benchmark, error) {
	args := append([]string{"test", "-run=^$", "-bench=.", "-benchmem", "-count=" + strconv.Itoa(b.runs)}, packages...)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go test -bench: %w\n%s%s", err, tail(string(out)), tail(stderr.String()))
	}
	return parseBenchmarks(string(out)), nil
}

var (
	// A name ends in the number of processors.
	benchmarkLine = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s(.*)$`)
	figure        = regexp.MustCompile(`([\d.e+]+) (\S+)`)
)

// parseBenchmarks reads what go test prints of benchmarks, in its order.
func parseBenchmarks(text string) (out []benchmark) {
	var names []string
	values := map[string][]float64{} // by name and unit
	for _, line := range benchmarkLine.FindAllStringSubmatch(text, -1) {
		if name := line[1]; !slices.Contains(names, name) {
			names = append(names, name)
		}
		for _, f := range figure.FindAllStringSubmatch(line[2], -1) {
			if value, err := strconv.ParseFloat(f[1], 64); err == nil {
				values[line[1]+" "+f[2]] = append(values[line[1]+" "+f[2]], value)
			}
		}
	}
	for _, name := range names {
		of := func(unit string) float64 { return median(values[name+" "+unit], itself) }
		out = append(out, benchmark{strings.TrimSpace(name), of("ns/op"), of("B/op"), of("allocs/op"), of("requests/s")})
	}
	return out
}
