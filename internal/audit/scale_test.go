package audit_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/audit/report"
	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// The size of the account, and what an audit of it may take at most.
const (
	scaleCompanies  = 50
	scaleCorebill   = 9000
	scaleBillium    = 1000
	scaleRowsPerKey = 5
	scaleCPU        = 5 * time.Second
	scaleMemory     = 200 << 20
)

// auditStates makes this test binary audit with the environment's credentials
// and the states that the variable names, in a process that does nothing else.
const auditStates = "KEYWARD_TEST_AUDIT_STATES"

func TestMain(m *testing.M) {
	states := os.Getenv(auditStates)
	if states == "" {
		os.Exit(m.Run())
	}
	if err := auditHere(states); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func auditHere(states string) error {
	access, err := inventory.Load("", os.Getenv, client.Options{})
	if err != nil {
		return err
	}
	r, err := audit.Run(context.Background(), audit.Options{States: []string{states}, Content: os.ReadFile, Access: access, Policy: audit.DefaultPolicy(), Now: time.Now})
	if err != nil {
		return err
	}
	if len(r.Made.Gaps) > 0 {
		return fmt.Errorf("gaps: %+v", r.Made.Gaps)
	}
	if err := report.Write(io.Discard, output.FormatHTML, r, false); err != nil {
		return err
	}
	_, err = fmt.Printf("%d keys, %d log rows, %d requests, %d findings\n", count[*audit.Key](r), r.Made.Rows, r.Made.Requests, len(r.Findings))
	return err
}

// BenchmarkScale audits 10,000 keys in 50 companies and a merchant, declared in
// 50 states, and fails where that takes too much. The sandbox runs in this
// process, the audit in another one that is measured.
func BenchmarkScale(b *testing.B) {
	s := sandboxtest.Start(b)
	states := seed(b, s)
	c := s.Credentials
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), auditStates+"="+states,
			"COREBILL_API_KEY="+c.Corebill.APIKey, "COREBILL_BASE_URL="+c.Corebill.BaseURL,
			"BILLIUM_API_KEY="+c.Billium.APIKey, "BILLIUM_BASE_URL="+c.Billium.BaseURL, "BILLIUM_MERCHANT_ID="+c.Billium.MerchantID)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Run(); err != nil {
			b.Fatalf("%v\n%s", err, &said)
		}
		cpu, memory := cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), peak(cmd.ProcessState)
		b.Logf("%s%s of CPU, %d MB at most", &said, cpu.Round(time.Millisecond), memory>>20)
		b.ReportMetric(cpu.Seconds(), "CPU-s/op")
		b.ReportMetric(float64(memory>>20), "peak-MB")
		if cpu > scaleCPU || memory > scaleMemory {
			b.Errorf("it took %s of CPU and %d MB; the most allowed is %s and %d MB", cpu, memory>>20, scaleCPU, scaleMemory>>20)
		}
		if !strings.HasPrefix(said.String(), fmt.Sprintf("%d keys", scaleCorebill+scaleBillium+2)) {
			b.Errorf("it saw %s", &said)
		}
	}
	runtime.KeepAlive(s)
}

// seeding fills the sandbox's database beside the server.
type seeding struct {
	b       *testing.B
	sandbox *sandboxtest.Sandbox
	now     time.Time
	states  []*bufio.Writer
	first   []bool
	logs    store.Records
}

// seed makes the account and returns the directory of its states.
func seed(b *testing.B, s *sandboxtest.Sandbox) string {
	b.Helper()
	dir := b.TempDir()
	sd := &seeding{b: b, sandbox: s, now: time.Now()}
	companies := []string{s.Credentials.Corebill.CompanyID, s.SecondCompanyID}
	for len(companies) < scaleCompanies {
		companies = append(companies, s.CreateCompany(b, fmt.Sprintf("Company %d", len(companies))))
	}
	var closers []func()
	for i := range scaleCompanies {
		file, err := os.Create(filepath.Join(dir, fmt.Sprintf("workspace-%02d.json", i)))
		sd.must(err)
		w := bufio.NewWriter(file)
		_, err = w.WriteString(`{"format_version":"1.0","values":{"root_module":{"resources":[`)
		sd.must(err)
		sd.states, sd.first = append(sd.states, w), append(sd.first, true)
		closers = append(closers, func() {
			_, err := w.WriteString("]}}}")
			sd.must(err)
			sd.must(w.Flush())
			sd.must(file.Close())
		})
	}
	opened, err := store.Open(b.Context(), s.Database())
	sd.must(err)
	sd.must(opened.InTx(b.Context(), func(ctx context.Context) error { return sd.keys(ctx, opened, companies) }))
	sd.must(opened.WriteRecords(b.Context(), sd.logs))
	sd.must(opened.Close())
	for _, end := range closers {
		end()
	}
	return dir
}

func (sd *seeding) must(err error) {
	sd.b.Helper()
	if err != nil {
		sd.b.Fatal(err)
	}
}

func (sd *seeding) keys(ctx context.Context, to *store.Store, companies []string) error {
	owners, err := to.CorebillKeys().All(ctx)
	if err != nil {
		return err
	}
	issuers, err := to.BilliumKeys().All(ctx)
	if err != nil {
		return err
	}
	for i := range scaleCorebill {
		company := companies[i%len(companies)]
		key := store.CorebillKey{
			ID: fmt.Sprintf("key_%012d", i), OrganizationID: owners[0].OrganizationID, CompanyID: &company, Name: fmt.Sprintf("Key %d", i),
			Level: corebill.Levels()[i%3], KeyPrefix: fmt.Sprintf("sk_live_%02d", i%100), TokenHash: fmt.Sprintf("none-%d", i), CreatedBy: "dashboard",
			CreatedAt: sd.now.Add(-time.Duration(i%500) * audit.Day),
		}
		if err := to.CorebillKeys().Insert(ctx, key); err != nil {
			return err
		}
		sd.use(store.Corebill, key.ID, company, "/v1/customers")
		sd.declare(i, "keyward_corebill_api_key", map[string]any{"id": key.ID, "name": key.Name, "company_id": company, "permission_level": key.Level, "created_at": key.CreatedAt})
	}
	for i := range scaleBillium {
		issuer := issuers[0]
		key := store.BilliumKey{
			ID: fmt.Sprintf("key_%032d", i), MerchantID: issuer.MerchantID, MemberID: issuer.MemberID, Name: fmt.Sprintf("Key %d", i), Type: billium.Secret,
			Permissions: billium.Viewer.Permissions(), KeyPrefix: fmt.Sprintf("sk_%013d", i), TokenHash: fmt.Sprintf("none-%d", i), IsActive: true,
			CreatedBy: issuer.MemberID, CreatedAt: sd.now.Add(-time.Duration(i%500) * audit.Day),
		}
		if err := to.BilliumKeys().Insert(ctx, key); err != nil {
			return err
		}
		sd.use(store.Billium, key.ID, issuer.MerchantID, "/v1/merchants/merchant/"+issuer.MerchantID+"/invoices")
		sd.declare(i, "keyward_billium_api_key", map[string]any{"id": key.ID, "name": key.Name, "merchant_id": issuer.MerchantID, "permissions": key.Permissions, "effective_permissions": key.Permissions, "type": "SECRET"})
	}
	return nil
}

func (sd *seeding) use(platform store.Platform, id, scope, path string) {
	for i := range scaleRowsPerKey {
		sd.logs.Logs = append(sd.logs.Logs, store.Log{
			ID: fmt.Sprintf("log_%s%d", strings.TrimPrefix(id, "key_"), i), Platform: platform, KeyID: &id, ScopeID: &scope, Method: "GET", Path: path, Status: 200,
			IP: "192.0.2.1", UserAgent: "job/1.0", CreatedAt: sd.now.Add(-time.Duration(i+1) * time.Hour),
		})
	}
	if sd.logs.LastUsed == nil {
		sd.logs.LastUsed = map[store.Platform]map[string]time.Time{store.Corebill: {}, store.Billium: {}}
	}
	sd.logs.LastUsed[platform][id] = sd.now.Add(-time.Hour)
}

func (sd *seeding) declare(i int, kind string, values map[string]any) {
	n := i % scaleCompanies
	address := fmt.Sprintf("%s.key_%d", kind, i)
	content, err := json.Marshal(map[string]any{"address": address, "mode": "managed", "type": kind, "name": fmt.Sprintf("key_%d", i), "schema_version": 0, "values": values})
	sd.must(err)
	if !sd.first[n] {
		sd.must(sd.states[n].WriteByte(','))
	}
	sd.first[n] = false
	_, err = sd.states[n].Write(content)
	sd.must(err)
}
