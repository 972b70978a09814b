// Go's net/http, with all that its transport does by itself; clients.py says what it is told and answers.
// client URL CA
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

func decoded(text string) []byte {
	if text == "-" {
		return nil
	}
	bytes, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func encoded(bytes []byte) string {
	if len(bytes) == 0 {
		return "-"
	}
	return base64.StdEncoding.EncodeToString(bytes)
}

func ask(client *http.Client, url string, words []string) (string, error) {
	var body io.Reader
	if text := decoded(words[4]); len(text) > 0 {
		body = bytes.NewReader(text)
		if words[2] == "chunked" {
			body = io.MultiReader(body) // Of a reader whose length it does not know, Go sends chunks.
		}
	}
	request, err := http.NewRequest(words[0], url+words[1], body)
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(decoded(words[3])), "\n") {
		if name, value, found := strings.Cut(line, ": "); found {
			request.Header.Set(name, value)
		}
	}
	if words[2] == "expect" {
		request.Header.Set("Expect", "100-continue")
	}
	reply, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		return "", err
	}
	var headers strings.Builder
	for name, values := range reply.Header {
		for _, value := range values {
			fmt.Fprintf(&headers, "%s: %s\n", name, value)
		}
	}
	return fmt.Sprintf("%d %s %s", reply.StatusCode, encoded([]byte(headers.String())), encoded(text)), nil
}

func main() {
	authority, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	transport.ExpectContinueTimeout = 20 * time.Second // The body must not leave before it is asked for.
	client := &http.Client{Transport: transport, Timeout: 20 * time.Second}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		said, err := ask(client, os.Args[1], strings.Split(lines.Text(), " "))
		if err != nil {
			said = "failed " + encoded([]byte(err.Error()))
		}
		fmt.Println(said)
	}
}
