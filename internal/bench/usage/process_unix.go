//go:build unix

package usage

import (
	"os"
	"runtime"
	"syscall"
)

// Of returns what a process that has ended used.
func Of(ended *os.ProcessState) Record {
	r := Record{PID: ended.Pid(), Ended: true, CPU: ended.UserTime() + ended.SystemTime()}
	if used, ok := ended.SysUsage().(*syscall.Rusage); ok {
		r.Peak = used.Maxrss * unit()
	}
	return r
}

// unit is what the kernel counts memory in: kibibytes, but on Apple's bytes.
func unit() int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return 1
	}
	return 1024
}
