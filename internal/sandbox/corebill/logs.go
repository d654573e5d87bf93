package corebill

import (
	"net/http"

	corebillapi "github.com/keyward/terraform-provider-keyward/internal/contract/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListAPILogs lists the requests made for the company; an organization key also
// sees those that were made for none.
func (s *server) ListAPILogs(w http.ResponseWriter, r *http.Request, params corebillapi.ListAPILogsParams) {
	c, err := cursor(params.Limit, params.StartingAfter, params.EndingBefore)
	if err == nil {
		err = s.Recorder.Flush(r.Context())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rows, more, err := s.Store.Logs(store.LogFilter{
		Platform: store.Corebill, ScopeID: params.CompanyID, WithoutScope: callerOf(r).organization(),
		KeyID: params.APIKeyID, Status: params.Status, CreatedAfter: params.CreatedAfter, CreatedBefore: params.CreatedBefore,
	}).ByCursor(r.Context(), c)
	s.answer(w, r, http.StatusOK, newPage(r, rows, more, c, apiLog, func(l corebillapi.APILog) string { return l.ID }), listed(c, err))
}

func apiLog(l store.Log) corebillapi.APILog {
	return corebillapi.APILog{
		ID: l.ID, Object: corebillapi.APILogObjectAPILog, APIKeyID: l.KeyID, CompanyID: l.ScopeID, Method: l.Method, Path: l.Path,
		Status: l.Status, DurationMs: l.DurationMS, IP: l.IP, UserAgent: l.UserAgent, CreatedAt: l.CreatedAt,
	}
}
