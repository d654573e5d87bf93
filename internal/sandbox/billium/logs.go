package billium

import (
	"net/http"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// ListAPILogs lists the requests made for the merchant. Those whose key is
// unknown belong to no merchant for certain; a sandbox has one, so it sees them.
func (s *server) ListAPILogs(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID, params billiumapi.ListAPILogsParams) {
	if err := s.Recorder.Flush(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	p := paging(params.Page, params.Limit)
	rows, total, err := s.Store.Logs(store.LogFilter{
		Platform: store.Billium, ScopeID: merchantID, WithoutScope: true, KeyID: params.APIKeyID, Status: params.Status,
		CreatedAfter: params.CreatedAfter, CreatedBefore: params.CreatedBefore,
	}).ByPage(r.Context(), p)
	s.answer(w, r, http.StatusOK, newPage(rows, total, p, apiLog), err)
}

func apiLog(l store.Log) billiumapi.APILog {
	return billiumapi.APILog{
		ID: l.ID, APIKeyID: l.KeyID, MerchantID: l.ScopeID, Method: l.Method, Path: l.Path, Status: l.Status, DurationMs: l.DurationMS,
		IP: l.IP, UserAgent: l.UserAgent, CreatedAt: l.CreatedAt,
	}
}
