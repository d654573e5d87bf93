// Package diagnostics turns errors of the platforms into Terraform diagnostics:
// what happened, to which object, and what to do next.
package diagnostics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyward/terraform-provider-keyward/internal/client"
)

// Error says that doing action (a verb: "create") to object failed.
func Error(action, object string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary(action, object), detail(err))
}

// AttributeError is Error for what one attribute caused.
func AttributeError(at path.Path, action, object string, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, summary(action, object), detail(err))
}

func summary(action, object string) string {
	return fmt.Sprintf("Could not %s %s", action, object)
}

func detail(err error) string {
	if next := NextStep(err); next != "" {
		return err.Error() + "\n\n" + next
	}
	return err.Error()
}

// advised is an error that knows better what to do about it.
type advised interface {
	error
	NextStep() string
}

// NextStep returns what to do about an error of a platform, or nothing where
// the error says it all.
func NextStep(err error) string {
	var failure *client.Error
	var own advised
	switch {
	case errors.As(err, &own):
		return own.NextStep()
	case errors.As(err, &failure) && failure.CreatedID != "" && !strings.HasPrefix(failure.CreatedID, "key_"):
		return failure.CreatedID + " exists, but the answer to its creation is not usable: delete it before the next apply."
	case failure != nil && failure.CreatedID != "":
		return failure.CreatedID + " was created, but its token did not arrive. If it is still live, revoke it before the next apply: keyward keys revoke " + failure.CreatedID + "."
	case errors.Is(err, client.ErrOutcomeUnknown):
		return "The request was sent, but there is no usable answer: it may have taken effect. " +
			"A key that it created has a provisional name: keyward keys prune revokes it once it is 15 minutes old. Look on the platform for anything else that it created, and import or delete it before the next apply."
	case client.Refused(err):
		return "The key that the provider uses was refused: it may have been revoked or disabled, or belong to another account. " +
			"Check the provider's api_key. The state was left as it is."
	case client.Forbidden(err):
		return "The key that the provider uses may not do this. Give the provider a key that may, or ask for less. The state was left as it is."
	case errors.Is(err, client.ErrRateLimited):
		return "The platform's rate limit did not free up in time. Run again in a minute, or with a lower -parallelism."
	case errors.Is(err, client.ErrServer):
		return "The platform failed on its side. Run again; if it goes on, report the request id to the platform."
	case errors.Is(err, client.ErrInvalidResponse), errors.Is(err, client.ErrRedirect):
		return "The answer is not the platform's. Check the provider's base_url: it is the platform's address without /v1."
	case errors.Is(err, client.ErrConnection):
		return "The platform could not be reached. Check the provider's base_url and the network."
	default:
		return ""
	}
}
