package serve

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// protocolServer is all that Terraform may call.
type protocolServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server gives the calls that a plan or an apply makes for each resource contexts
// that end with them, and says so where a limit has held one up for long. The
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
	ctx, held := client.WithHeld(ctx)
	response, err := during(ctx, request, s.protocolServer.ReadResource)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(held.Total())...)
	}
	return response, err
}

func (s *server) PlanResourceChange(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	ctx, held := client.WithHeld(ctx)
	response, err := during(ctx, request, s.protocolServer.PlanResourceChange)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(held.Total())...)
	}
	return response, err
}

func (s *server) ApplyResourceChange(ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	ctx, held := client.WithHeld(ctx)
	response, err := during(ctx, request, s.protocolServer.ApplyResourceChange)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(held.Total())...)
	}
	return response, err
}

func (s *server) ImportResourceState(ctx context.Context, request *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	ctx, held := client.WithHeld(ctx)
	response, err := during(ctx, request, s.protocolServer.ImportResourceState)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(held.Total())...)
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
	ctx, held := client.WithHeld(ctx)
	response, err := during(ctx, request, s.protocolServer.ReadDataSource)
	if err == nil {
		response.Diagnostics = append(response.Diagnostics, throttled(held.Total())...)
	}
	return response, err
}

func (s *server) CallFunction(ctx context.Context, request *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return during(ctx, request, s.protocolServer.CallFunction)
}
