package serve

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyward/terraform-provider-keyward/internal/platform/printable"
)

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
