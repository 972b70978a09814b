// Java's own HttpClient, with all that it does by itself; clients.py says what it is told and answers.
// java Client.java URL CA

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public final class Client {
  static SSLContext trusting(String file) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var bytes = new FileInputStream(file)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(bytes));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  static byte[] decoded(String text) {
    return text.equals("-") ? new byte[0] : Base64.getDecoder().decode(text);
  }

  static String encoded(byte[] bytes) {
    return bytes.length == 0 ? "-" : Base64.getEncoder().encodeToString(bytes);
  }

  static String asked(HttpClient client, String url, String[] words) throws Exception {
    var body = decoded(words[4]);
    var bodies = body.length == 0 ? BodyPublishers.noBody()
        : words[2].equals("chunked") ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
        : BodyPublishers.ofByteArray(body);
    var request = HttpRequest.newBuilder(URI.create(url + words[1])).timeout(Duration.ofSeconds(20))
        .expectContinue(words[2].equals("expect")).method(words[0], bodies);
    for (var line : new String(decoded(words[3])).split("\n")) {
      if (!line.isEmpty()) request.header(line.substring(0, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
    }
    var reply = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    var headers = new StringBuilder();
    reply.headers().map().forEach((name, values) -> values.forEach(value -> headers.append(name + ": " + value + "\n")));
    return reply.statusCode() + " " + encoded(headers.toString().getBytes()) + " " + encoded(reply.body());
  }

  public static void main(String[] arguments) throws Exception {
    var client = HttpClient.newBuilder().sslContext(trusting(arguments[1])).build();
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        System.out.println(asked(client, arguments[0], line.split(" ")));
      } catch (Exception error) {
        System.out.println("failed " + encoded(error.toString().getBytes()));
      }
    }
    System.exit(0);
  }
}
