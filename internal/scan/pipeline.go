package scan

import (
	"io"
	"sync"
)

// pipeline is a chain of stages that each read what the one before it writes.
type pipeline struct {
	running sync.WaitGroup
	once    sync.Once
	cause   error
}

// stage starts one. Where it fails, its neighbours learn of it and end too.
func (p *pipeline) stage(in *io.PipeReader, out *io.PipeWriter, run func() error) {
	p.running.Go(func() {
		err := run()
		if err != nil {
			// Before the pipes close: what the neighbours say of it is no cause.
			p.once.Do(func() { p.cause = err })
		}
		if in != nil {
			_ = in.CloseWithError(err) // it never fails
		}
		if out != nil {
			_ = out.CloseWithError(err) // likewise
		}
	})
}

// wait returns the error of the stage that failed first.
func (p *pipeline) wait() error {
	p.running.Wait()
	return p.cause
}
