package webhook

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

func urlHelp(plainHTTP bool) string {
	if plainHTTP {
		return "Where events are delivered, an http or https URL. For an http URL that is not on this machine a plan warns: events are sent unencrypted."
	}
	return "Where events are delivered, an https URL; http is for loopback only."
}

// address accepts the URLs that a webhook can have: https, or http to loopback.
// Where the platform documents http to others, that is a warning.
type address struct{ plainHTTP bool }

func (a address) Description(context.Context) string { return "must be an https URL" }

func (a address) MarkdownDescription(ctx context.Context) string { return a.Description(ctx) }

func (a address) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	switch err := checkURL(req.ConfigValue.ValueString()); {
	case errors.Is(err, errReadable) && a.plainHTTP:
		resp.Diagnostics.AddAttributeWarning(req.Path, "Events are sent unencrypted", "The URL is http: anyone on the network path can read the events. Use https.")
	case err != nil:
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid webhook URL", err.Error())
	}
}

var errReadable = errors.New("events would be sent unencrypted: the URL must be https (http is for loopback only, such as http://localhost:8080/hook)")

// checkURL says what is wrong with a webhook's address. It is errReadable for
// one that would do but for its http.
func checkURL(text string) error {
	u, err := validate.ParseURL(text)
	switch {
	case err != nil:
		return err
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return errReadable
	}
	return nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}
