import com.sun.net.httpserver.*;
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.regex.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

/**
 * A small platform that polls vendors and disables jobs that keep failing: java Poller.java --port 8700.
 * docs/target.md is the contract, docs/rules.md has the rules. Jobs and connections are kept in the
 * contract's words. To adapt it, keep carryOut and what is below. The JDK has neither JSON nor SMTP.
 */
public class Poller {
  static final List<String> DEFECTS = List.of("off_by_one", "sum_over_resources", "no_reset",
      "polls_after_disable", "two_mails", "enable_keeps_counts", "limit_not_counted");
  static final Map<Integer, String> KINDS = Map.of(
      401, "bad_credentials", 403, "bad_credentials", 429, "rate_limited"); // other 4xx: rejected
  static final Json ENABLED = new Json().with(
      "enabled", true, "disabled_by", null, "disabled_at", null, "resource", null);

  // The rule. failures: those in a row of one resource; total: the sum over all resources of the job.
  static boolean counts(String kind) { // DIS-03: every failure, rate limits too
    return !kind.equals("ok") && !(has("limit_not_counted") && kind.equals("rate_limited"));
  }
  static long afterSuccess(long failures) { return has("no_reset") ? failures : 0; } // DIS-04
  static boolean trips(long failures, long total, long threshold) { // DIS-05, DIS-06
    return (has("sum_over_resources") ? total : failures) >= threshold + (has("off_by_one") ? 1 : 0);
  }
  static boolean polls(boolean enabled) { return enabled || has("polls_after_disable"); } // DIS-07
  static int mails() { return has("two_mails") ? 2 : 1; } // DIS-08
  static long afterEnable(long failures) { return has("enable_keeps_counts") ? failures : 0; } // DIS-12
  static boolean has(String flaw) { return flaw.equals(defect); }

  record Answer(String kind, Integer status) {} // how a poll ended: "ok" or what went wrong
  record Mail(String to, String text) {}
  record Due(Instant at, long rank, Runnable act) {}

  static String defect;
  static Poller platform;
  static HttpClient client;

  final Map<String, Json> connections = new LinkedHashMap<>(), jobs = new LinkedHashMap<>();
  final List<Mail> outbox = new ArrayList<>();
  final String[] smtp;
  Instant now, mailDue;
  Json environment;

  Poller(Json world) {
    now = world.instant("now");
    environment = world; // its name and threshold
    smtp = world.<Json>the("mail").<String>the("smtp").split(":");
    for (Json connection : world.list("connections")) connections.put(connection.the("id"), connection);
    for (Json job : world.list("polling_jobs")) {
      var first = now.plus(job.seconds("phase"));
      var resources = job.<List<String>>the("resources").stream().map(name ->
          new Json().with("name", name, "consecutive_failures", 0, "delivered", 0, "after", 0));
      job.with("resources", resources.toList(), "first", first, "due", first, "rank", 2).putAll(ENABLED);
      jobs.put(job.the("id"), job);
    }
  }

  /** What is due first: mails, then polls at once after an enable, then ticks in the world's order (T-03). */
  Optional<Due> next() {
    var agenda = new ArrayList<Due>();
    if (!outbox.isEmpty()) agenda.add(new Due(mailDue, 0, this::deliver));
    for (Json job : jobs.values()) if (polls(job.is("enabled")))
      agenda.add(new Due(job.instant("due"), job.number("rank"), () -> tick(job)));
    return agenda.stream().min(Comparator.comparing(Due::at).thenComparing(Due::rank));
  }

  /** Does what is due up to an instant, or only before it, each thing at its own instant. */
  Json advance(Instant to, boolean before) {
    if (to.isBefore(now)) throw new IllegalArgumentException("it is " + now + " already");
    for (var due = next(); due.isPresent() && due.get().at.compareTo(to) < (before ? 0 : 1); due = next()) {
      now = due.get().at;
      due.get().act.run();
    }
    now = to;
    return new Json().with("now", now, "idle", true, "next_due", next().map(Due::at).orElse(null));
  }

  /** Polls a job's resources one after the other (DIS-01), until one of them disables it. */
  void tick(Json job) {
    Instant first = job.instant("first");
    long ticks = now.isBefore(first) ? 0 : Duration.between(first, now).dividedBy(job.seconds("every")) + 1;
    job.with("rank", 2, "due", first.plus(job.seconds("every").multipliedBy(ticks)));
    for (var resource : job.list("resources")) {
      if (!polls(job.is("enabled"))) break;
      var answer = poll(connections.get(job.the("instance")), job, resource);
      long failures = resource.number("consecutive_failures");
      if (answer.kind.equals("ok")) resource.put("consecutive_failures", afterSuccess(failures));
      else if (counts(answer.kind)) failed(job, resource, answer, failures + 1);
    }
  }

  /** Reads a resource page by page: one poll, which retries nothing (DIS-02), and how it ended (C-02). */
  Answer poll(Json connection, Json job, Json resource) {
    Integer status = null;
    try {
      while (true) {
        String id = connection.the("id"), page = resource.the("name") + "?after=" + resource.the("after");
        var request = HttpRequest.newBuilder(URI.create(connection.the("base_url") + "/" + page))
            .headers("Accept", "application/json", "Connection", "close", "X-Outagedrill-Job", job.the("id"))
            .timeout(Duration.ofSeconds(30));
        String basic = Base64.getEncoder().encodeToString((id + ":password").getBytes(UTF_8));
        switch (connection.<String>the("auth")) {
          case "api_key" -> request.header("X-Api-Key", id);
          case "basic" -> request.header("Authorization", "Basic " + basic);
        }
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        status = response.statusCode();
        if (status / 100 == 4) return new Answer(KINDS.getOrDefault(status, "rejected"), status);
        if (status / 100 != 2) break;
        var answer = Json.read(response.body()); // throws, as the rest, where something is not as promised
        var numbers = answer.list("records").stream().map(each -> each.number("number")).toList();
        boolean more = answer.is("has_more") && !numbers.isEmpty();
        if (!numbers.isEmpty()) resource.put("after", Collections.max(numbers));
        resource.put("delivered", resource.number("delivered") + numbers.size()); // a later page may fail
        if (!more) return new Answer("ok", status);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      // refused, reset, timed out, cut short; or HTML, nothing, garbage
    }
    return new Answer("vendor_down", status);
  }

  /** Counts a failure, and disables the job at the present environment's threshold (DIS-15). */
  void failed(Json job, Json resource, Answer answer, long failures) {
    if (failures == 1) resource.put("since", now);
    resource.put("consecutive_failures", failures);
    long total = job.list("resources").stream().mapToLong(each -> each.number("consecutive_failures")).sum();
    long threshold = environment.number("threshold");
    if (!job.is("enabled") || !trips(failures, total, threshold)) return;
    String place = environment.the("environment"), id = job.the("id");
    job.with("enabled", false, "disabled_by", "platform", "disabled_at", now,
        "resource", resource.get("name"), "environment", place, "threshold", threshold, "last_error",
        new Json().with("class", answer.kind, "status", answer.status, "message", "ended as " + answer.kind));
    String to = connections.get(job.the("instance")).the("owner"), text = """
        To: %s
        Date: %s
        Subject: Polling job %s of %s was disabled

        In %s (threshold %s) its resource %s failed: %s in a row since %s; the last answer was %s, %s.
        Check its credentials, check your sandbox, re-authenticate it; then enable it: PUT /jobs/%s/enable
        """.formatted(to, DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)),
        id, job.the("instance"), place, threshold, resource.the("name"), failures, resource.the("since"),
        answer.kind, answer.status == null ? "no HTTP status" : "HTTP status " + answer.status, id);
    outbox.addAll(Collections.nCopies(mails(), new Mail(to, text)));
    mailDue = now;
  }

  /** Tries the e-mails that wait, in the order in which they were decided, and again in a minute. */
  void deliver() {
    outbox.removeIf(mail -> {
      try (var socket = new Socket(smtp[0], Integer.parseInt(smtp[1]))) {
        socket.setSoTimeout(30_000);
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        String data = mail.text.replaceAll("(?m)^\\.", "..").replace("\n", "\r\n") + ".";
        for (String say : List.of("HELO localhost", "MAIL FROM:<poller@example.com>",
            "RCPT TO:<" + mail.to + ">", "DATA", data, "QUIT")) { // the server speaks first
          if (!in.readLine().matches("[23].*")) return false;
          socket.getOutputStream().write((say + "\r\n").getBytes(UTF_8));
        }
        return true; // whatever becomes of the farewell
      } catch (IOException | NullPointerException e) { // it hung up
        return false;
      }
    });
    mailDue = now.plusSeconds(60);
  }

  /** Enables a job: it polls at once, so now, and then at its ticks (DIS-12). Or disables it. */
  Json turn(Json job, boolean on) {
    boolean changed = job.is("enabled") != on;
    if (changed && !on) job.with("enabled", false, "disabled_by", "user", "disabled_at", now);
    if (changed && on) {
      job.with("rank", 1, "due", now).putAll(ENABLED); // before ticks (T-03)
      for (Json each : job.list("resources"))
        each.put("consecutive_failures", afterEnable(each.number("consecutive_failures")));
    }
    return new Json().with("id", job.the("id"), "state", on ? "enabled" : "disabled", "changed", changed);
  }

  List<Json> disabled() { // by the platform, not by a user (DIS-10)
    return jobs.values().stream().filter(job -> "platform".equals(job.get("disabled_by"))).toList();
  }

  /** Carries out a call of the contract. They come one at a time: the server has one thread. */
  static Object carryOut(String call, Json body) throws Exception {
    var it = platform;
    if (call.matches("PUT /jobs/[^/]+/(en|dis)able")) {
      var job = it.jobs.get(URLDecoder.decode(call.split("/")[2], UTF_8));
      return it.turn(Optional.ofNullable(job).orElseThrow(), call.endsWith("/enable"));
    }
    switch (call) {
      case "GET /outagedrill/v1":
        return new Json().with("contract", 1, "platform", ("Poller.java " + defect).strip(), "clock", "mock",
            "offers", List.of("polling_jobs", "disable", "notifications", "environment_change"));
      case "PUT /outagedrill/v1/world": platform = new Poller(body); return new Json();
      case "GET /outagedrill/v1/state": return new Json().with("now", it.now, "jobs", it.jobs.values());
      case "PUT /outagedrill/v1/clock": return it.advance(body.instant("now"), body.containsValue(true));
      case "GET /outagedrill/v1/idle": return it.advance(it.now, true);
      case "PUT /outagedrill/v1/environment": it.environment = body; return new Json();
      case "GET /jobs/polling-disabled": return it.disabled();
      case "GET /instances/polling-disabled":
        return it.disabled().stream().map(job -> job.get("instance")).distinct()
            .map(id -> new Json().with("id", id)).toList();
      default: throw new NoSuchElementException(call);
    }
  }

  static void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
    Object answer;
    int status = 200;
    try {
      answer = carryOut(call, body.startsWith("{") ? Json.read(body) : null);
    } catch (Exception e) {
      status = e instanceof NoSuchElementException ? 404 : 409;
      answer = new Json().with("error", e);
    }
    byte[] text = Json.write(answer).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  public static void main(String[] args) throws IOException {
    var flags = List.of(args);
    int port = flags.contains("--port") ? Integer.parseInt(flags.get(flags.indexOf("--port") + 1)) : 0;
    defect = flags.contains("--defect") ? flags.get(flags.indexOf("--defect") + 1) : "";
    if (!defect.isEmpty() && !DEFECTS.contains(defect)) throw new IllegalArgumentException("want " + DEFECTS);
    Map.of("sun.net.httpserver.nodelay", "true", // a poll has a connection, and no second try by the JDK
        "jdk.httpclient.allowRestrictedHeaders", "connection", "jdk.httpclient.disableRetryConnect", "true",
        "jdk.httpclient.redirects.retrylimit", "1").forEach(System::setProperty);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .proxy(HttpClient.Builder.NO_PROXY).build();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", Poller::serve);
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    if (flags.contains("--until-stdin-closes") && System.in.readAllBytes() != null) System.exit(0);
  }

  /** A JSON object, and what reads and writes JSON: the JDK has nothing for it. */
  static class Json extends LinkedHashMap<String, Object> {
    static final Pattern TOKEN = Pattern.compile(
        "\\G[\\s,:]*+(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([{}\\[\\]]|[-+.\\w]++))");
    static final Pattern ESCAPE = Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|.)");
    static final Object END = new Object();

    Json with(Object... pairs) {
      for (int i = 0; i < pairs.length; i += 2) put((String) pairs[i], pairs[i + 1]);
      return this;
    }
    @SuppressWarnings("unchecked") <T> T the(String key) { return (T) Objects.requireNonNull(get(key), key); }
    List<Json> list(String key) { return the(key); }
    boolean is(String key) { return the(key); }
    long number(String key) { return this.<Number>the(key).longValue(); }
    Instant instant(String key) { return get(key) instanceof Instant at ? at : Instant.parse(the(key)); }
    Duration seconds(String key) { return Duration.parse("PT" + get(key) + "S"); }
    static Json read(String text) { return (Json) next(TOKEN.matcher(text)); }

    /** Reads a value, or END. Commas and colons are as good as blanks. */
    static Object next(Matcher token) {
      if (!token.find()) throw new IllegalArgumentException("no JSON");
      String text = token.group(1), word = token.group(2);
      if (text != null) return ESCAPE.matcher(text).replaceAll(it -> Matcher.quoteReplacement(
          it.group(1) != null ? Character.toString(Integer.parseInt(it.group(1), 16))
              : it.group().replace("\\/", "/").translateEscapes()));
      switch (word) {
        case "{", "[":
          var values = new ArrayList<Object>();
          for (Object each = next(token); each != END; each = next(token)) values.add(each);
          return word.equals("{") ? new Json().with(values.toArray()) : values;
        case "}", "]": return END;
        case "null": return null;
        case "true", "false": return Boolean.valueOf(word);
        default: return new java.math.BigDecimal(word);
      }
    }

    static String write(Object value) {
      if (value instanceof Json object) return object.entrySet().stream().map(
          each -> write(each.getKey()) + ":" + write(each.getValue())).collect(joining(",", "{", "}"));
      if (value instanceof Collection<?> list)
        return list.stream().map(Json::write).collect(joining(",", "[", "]"));
      if (value == null || value instanceof Number || value instanceof Boolean) return "" + value;
      String text = value.toString().replace("\\", "\\\\").replace("\"", "\\\"");
      return '"' + text.replaceAll("\\p{Cntrl}", " ") + '"';
    }
  }
}
