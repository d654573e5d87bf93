// Package seedtest holds the sandbox to what the platforms say, sentence by
// sentence: every sentence of Corebill's and Billium's authentication pages
// (testdata/corebill.txt and testdata/billium.txt, quoted as the pages have
// them) is either a row with a check over HTTP or a line of the table of those
// that no server can show, with the reason. A third table does the same for
// the facts of the platforms' other pages and of the contract.
//
// It is a black box: it speaks HTTP and JSON and shares no type, constant or
// message with the sandbox, so that a slip there cannot hide itself here.
package seedtest
