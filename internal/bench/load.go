package main

import (
	"context"
	"fmt"
)

// What the sandbox is to bear.
const (
	leastOfBare    = 0.15 // of the requests per second of a bare handler
	leastKeyPerSec = 300.0
)

// measureSandbox measures the sandbox's throughput beside a bare handler's.
func measureSandbox(ctx context.Context, b *bench) (part, error) {
	found, err := b.goBenchmarks(ctx, "./internal/sandbox")
	if err != nil {
		return part{}, err
	}
	t := table{head: []string{"Requests of 32 clients", "Per second", "µs each", "Allocations"}}
	rates := map[string]float64{}
	for _, m := range found {
		rates[m.name] = m.figures[perSecond]
		t.add(m.name, fmt.Sprintf("%.0f", m.figures[perSecond]), fmt.Sprintf("%.0f", m.figures[nanoseconds]/1e3), fmt.Sprintf("%.0f", m.figures[allocations]))
	}
	bare := rates["BareGet"]
	return part{
		note: "Clients and server share the process and the machine. BareGet is `net/http` and a JSON value; the other reads are\n" +
			"authenticated, checked against the contract and recorded in `api_logs`. The database is SQLite; a key is on the disk\n" +
			"when its creation is answered.",
		table: t,
		targets: []target{
			atLeast("authenticated GET on Corebill ÷ bare handler", ratio(rates["CorebillGet"], bare), leastOfBare, "%.2f"),
			atLeast("authenticated GET on Billium ÷ bare handler", ratio(rates["BilliumGet"], bare), leastOfBare, "%.2f"),
			atLeast("keys created on Corebill by 32 clients, per second", rates["CorebillCreateKey"], leastKeyPerSec, "%.0f"),
			atLeast("keys created on Billium by 32 clients, per second", rates["BilliumCreateKey"], leastKeyPerSec, "%.0f"),
		},
	}, nil
}

// measureCode runs the benchmarks of what the provider does most.
func measureCode(ctx context.Context, b *bench) (part, error) {
	found, err := b.goBenchmarks(ctx, "./internal/client/...", "./internal/platform/...")
	if err != nil {
		return part{}, err
	}
	t := table{head: []string{"Benchmark", "µs", "Bytes", "Allocations"}}
	for _, m := range found {
		t.add(m.name, fmt.Sprintf("%.2f", m.figures[nanoseconds]/1e3), fmt.Sprintf("%.0f", m.figures[allocated]), fmt.Sprintf("%.0f", m.figures[allocations]))
	}
	return part{note: "`go test -bench`, each the median of several, per operation.", table: t}, nil
}
