//go:build !unix

package usage

import "os"

// Of returns what a process that has ended used. How much memory that was is not
// known here.
func Of(ended *os.ProcessState) Record {
	return Record{PID: ended.Pid(), Ended: true, CPU: ended.UserTime() + ended.SystemTime()}
}
