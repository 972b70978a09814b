// Go's net/http as a client: one Transport that keeps a connection for each login, encoding/json for what is in the
// messages.
//	go_client --port N --ca FILE --connections N --logins N --warm-up N
package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
)

type request struct {
	Type          string `json:"type"`
	Username      string `json:"username,omitempty"`
	Password      string `json:"password,omitempty"`
	ChallengeID   string `json:"challengeId,omitempty"`
	ChallengeCode string `json:"challengeCode,omitempty"`
	MfaCode       string `json:"mfaCode,omitempty"`
	MfaType       string `json:"mfaType,omitempty"`
	DeviceInfo    string `json:"deviceInfo"`
	AuthFlowStep  string `json:"authFlowStep"`
}

type reply struct {
	Status  string `json:"status"`
	Content struct {
		Status        string `json:"status"`
		MfaType       string `json:"mfaType"`
		AuthFlowStep  string `json:"authFlowStep"`
		ChallengeID   string `json:"challengeId"`
		ChallengeText string `json:"challengeText"`
		ExpiresIn     int    `json:"challengeExpiresInSeconds"`
		AccountTokens []struct {
			AccessToken  string `json:"accessToken"`
			RefreshToken string `json:"refreshToken"`
		} `json:"accountTokens"`
	} `json:"content"`
}

const device = "Mozilla/5.0 (X11; Linux x86_64) bench/1.0; device 6f9619ff-8b86-d011-b42d-00cf4fc964ff; 1920x1080; Europe/Berlin"

func cpu() int64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000
}

func post(client *http.Client, url string, body request, want string) string {
	text, _ := json.Marshal(body)
	message, _ := http.NewRequest("POST", url, bytes.NewReader(text))
	message.Header.Set("User-Agent", "bench")
	message.Header.Set("Accept", "application/json")
	message.Header.Set("Content-Type", "application/json")
	message.Header.Set("X-Client-Id", "bench")
	message.Header.Set("X-Client-Secret", "0123456789abcdef0123456789abcdef")
	answer, err := client.Do(message)
	if err != nil {
		log.Fatal(err)
	}
	bytes, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	var said reply
	if err == nil {
		err = json.Unmarshal(bytes, &said)
	}
	if err != nil || answer.StatusCode != 200 || said.Content.Status != want {
		log.Fatal("not the reply that was awaited: ", err, string(bytes))
	}
	return said.Content.ChallengeID
}

func main() {
	port := flag.Int("port", 0, "")
	ca := flag.String("ca", "", "")
	connections := flag.Int("connections", 64, "")
	logins := flag.Int64("logins", 1, "")
	warmUp := flag.Int64("warm-up", 0, "")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	roots := x509.NewCertPool()
	pem, _ := os.ReadFile(*ca)
	roots.AppendCertsFromPEM(pem)
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13},
		MaxIdleConnsPerHost: *connections, MaxConnsPerHost: *connections, DisableCompression: true}}
	var done, before int64
	var since time.Time
	end := make(chan bool)
	for number := 0; number < *connections; number++ {
		user := fmt.Sprintf("user-%d", number)
		url := fmt.Sprintf("https://127.0.0.1:%d/api/v1/authenticate?userId=%s", *port, user)
		go func() {
			for {
				id := post(client, url, request{Type: "robinhood", Username: user, Password: "correct horse battery staple",
					DeviceInfo: device, AuthFlowStep: "loginPassword"}, "challengeIssued")
				id = post(client, url, request{Type: "robinhood", ChallengeID: id, ChallengeCode: "123456", MfaType: "phone",
					DeviceInfo: device, AuthFlowStep: "mfaFlow"}, "mfaRequired")
				post(client, url, request{Type: "robinhood", ChallengeID: id, MfaCode: "654321", MfaType: "totp",
					DeviceInfo: device, AuthFlowStep: "mfaFlow"}, "succeeded")
				switch atomic.AddInt64(&done, 1) {
				case *warmUp + 1:
					before = cpu()
					fmt.Println("begin")
					since = time.Now()
				case *warmUp + *logins + 1:
					end <- true
				}
			}
		}()
	}
	<-end
	fmt.Printf("{\"units\": %d, \"cpu_us\": %d, \"wall_us\": %d}\n", *logins*3, cpu()-before, time.Since(since).Microseconds())
}
