package serve

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

// protocolServer is all that Terraform may call.
type protocolServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server gives the calls that a plan or an apply makes for each resource contexts
// that end with them, and says so where a rate limit has delayed one for long. The
// other calls, of which a run has few, pass through.
type server struct{ protocolServer }

func during[Request, Response any](ctx context.Context, request Request, do func(context.Context, Request) (Response, error)) (Response, error) {
	ctx, end := begin(ctx)
	defer end()
	response, err := do(ctx, request)
	readable(response)
	return response, err
}

func (s *server) ValidateResourceConfig(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, request, s.protocolServer.ValidateResourceConfig)
}

func (s *server) UpgradeResourceState(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, request, s.protocolServer.UpgradeResourceState)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, request *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, request, s.protocolServer.UpgradeResourceIdentity)
}

func (s *server) ReadResource(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	ctx, waits := client.WithWaits(ctx)
	response, err := during(ctx, request, s.protocolServer.ReadResource)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(waits.Total())...)
	}
	return response, err
}

func (s *server) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	ctx, waits := client.WithWaits(ctx)
	response, err := during(ctx, request, s.protocolServer.PlanResourceChange)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(waits.Total())...)
	}
	return response, err
}

func (s *server) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx, waits := client.WithWaits(ctx)
	response, err := during(ctx, request, s.protocolServer.ApplyResourceChange)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(waits.Total())...)
	}
	return response, err
}

func (s *server) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	ctx, waits := client.WithWaits(ctx)
	response, err := during(ctx, request, s.protocolServer.ImportResourceState)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(waits.Total())...)
	}
	return response, err
}

func (s *server) MoveResourceState(ctx context.Context, request *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return during(ctx, request, s.protocolServer.MoveResourceState)
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, request, s.protocolServer.ValidateDataResourceConfig)
}

func (s *server) ReadDataSource(ctx context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, waits := client.WithWaits(ctx)
	response, err := during(ctx, request, s.protocolServer.ReadDataSource)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(waits.Total())...)
	}
	return response, err
}

func (s *server) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return during(ctx, request, s.protocolServer.CallFunction)
}

// call is the context of one call of Terraform's. Once the call has returned, the
// context has ended and holds on to nothing.
//
// The framework keeps each call's context for as long as the process lives, to
// cancel it when Terraform asks to stop, and with it the loggers that were made
// for the call: ten kilobytes per call, four calls per resource. That grows with
// the plan, and the collector looks through it again and again. Source:
// terraform-plugin-framework 1.19, internal/proto6server/serve.go.
type call struct {
	current atomic.Pointer[context.Context]
}

// begin returns the context of a call and what ends it.
func begin(ctx context.Context) (during context.Context, end func()) {
	inner, cancel := context.WithCancel(ctx)
	c := &call{}
	c.current.Store(&inner)
	return c, func() {
		cancel()
		c.current.Store(&ended)
	}
}

// ended is what remains of every call.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *call) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *call) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *call) Err() error                  { return (*c.current.Load()).Err() }
func (c *call) Value(key any) any           { return (*c.current.Load()).Value(key) }

// longWait is from when on a wait is worth a warning.
const longWait = 30 * time.Second

// throttled warns that rate limits delayed an operation for a long time. The summary is
// the same for each, so that Terraform shows many as one.
func throttled(total time.Duration) []*tfprotov6.Diagnostic {
	if total < longWait {
		return nil
	}
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityWarning,
		Summary:  "Requests were delayed by a rate limit",
		Detail: fmt.Sprintf("The requests of this operation waited %s for the platform's rate limit, or for max_requests_per_minute of the provider block. "+
			"Nothing failed: the platform allows no more requests in that time. Other clients with the same key or address share the platform's limit: keyward logs --since 10m shows who they are.",
			total.Round(time.Second)),
	}}
}

// readable escapes what can't be seen in the diagnostics of an answer: they repeat what
// others wrote, such as the names of keys, and a terminal obeys some characters.
func readable(response any) {
	switch r := response.(type) {
	case *tfprotov6.ValidateResourceConfigResponse:
		escape(r.Diagnostics)
	case *tfprotov6.ReadResourceResponse:
		escape(r.Diagnostics)
	case *tfprotov6.PlanResourceChangeResponse:
		escape(r.Diagnostics)
	case *tfprotov6.ApplyResourceChangeResponse:
		escape(r.Diagnostics)
	case *tfprotov6.ImportResourceStateResponse:
		escape(r.Diagnostics)
	case *tfprotov6.ReadDataSourceResponse:
		escape(r.Diagnostics)
	case *tfprotov6.OpenEphemeralResourceResponse:
		escape(r.Diagnostics)
	case *tfprotov6.RenewEphemeralResourceResponse:
		escape(r.Diagnostics)
	case *tfprotov6.CloseEphemeralResourceResponse:
		escape(r.Diagnostics)
	}
}

func escape(diagnostics []*tfprotov6.Diagnostic) {
	for _, d := range diagnostics {
		d.Summary, d.Detail = printable.Text(d.Summary), printable.Text(d.Detail)
	}
}

func (s *server) OpenEphemeralResource(ctx context.Context, request *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return during(ctx, request, s.protocolServer.OpenEphemeralResource)
}

func (s *server) RenewEphemeralResource(ctx context.Context, request *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return during(ctx, request, s.protocolServer.RenewEphemeralResource)
}

func (s *server) CloseEphemeralResource(ctx context.Context, request *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return during(ctx, request, s.protocolServer.CloseEphemeralResource)
}
