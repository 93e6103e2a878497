import com.sun.net.httpserver.HttpServer;
import java.io.*;
import java.net.*;
import java.net.http.*;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import java.util.function.Function;
import java.util.regex.*;
import java.util.stream.*;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A small platform that polls vendors and disables jobs that keep failing, under outagedrill's contract.
 *
 * <p>java Poller.java --port 8700 [--defect off_by_one]
 *
 * <p>docs/target.md is the contract, docs/rules.md has the rules. Jobs and connections are kept in the
 * contract's words. To adapt it, keep carryOut and what is below. The JDK has neither JSON nor SMTP.
 */
public class Poller implements Serializable { // to outlive a restart (DIS-16)
  static final Duration MINUTE = Duration.ofMinutes(1); // from a token's renewal to its expiry (C-05)
  static final List<String> OFFERS = List.of(
      "polling_jobs", "disable", "notifications", "oauth", "reauthorize", "environment_change", "restart");
  static final String SENDER = "poller@example.com";

  /** The rule. failures: those in a row of one resource; total: the sum over all resources of the job. */
  static class Rule {
    boolean counts(String kind) { return !kind.equals("ok"); } // DIS-03: every failure, rate limits too
    long afterSuccess(long failures) { return 0; } // DIS-04
    boolean trips(long failures, long total, long limit) { return failures >= limit; } // DIS-05, DIS-06
    boolean polls(boolean enabled) { return enabled; } // DIS-07
    int mails() { return 1; } // DIS-08
    long afterEnable(long failures) { return 0; } // DIS-12
  }

  static final Map<String, Rule> DEFECTS = new TreeMap<>(Map.of(
      "off_by_one", new Rule() { boolean trips(long failures, long total, long x) { return failures > x; } },
      "sum_over_resources", new Rule() { boolean trips(long one, long all, long x) { return all >= x; } },
      "no_reset", new Rule() { long afterSuccess(long failures) { return failures; } },
      "polls_after_disable", new Rule() { boolean polls(boolean enabled) { return true; } },
      "two_mails", new Rule() { int mails() { return 2; } },
      "enable_keeps_counts", new Rule() { long afterEnable(long failures) { return failures; } },
      "limit_not_counted", new Rule() {
        boolean counts(String kind) { return !Set.of("ok", "rate_limited").contains(kind); }
      }));

  static final Map<String, String> MESSAGES = Map.of(
      "rate_limited", "the application's API limit was reached", "rejected", "the request was rejected",
      "bad_credentials", "the credentials were refused", "vendor_down", "the application did not respond",
      "token_refresh_failed", "the access token could not be refreshed");
  static final Json ENABLED = new Json().with("enabled", true, "disabled_by", null, "disabled_at", null,
      "resource", null, "threshold", null);

  /** How a call ended: "ok" or a kind of MESSAGES; what was promised; whether the access token expired. */
  record Answer(String kind, Integer status, Json value, boolean expired) {
    boolean ok() { return kind.equals("ok"); }
  }
  record Mail(String to, String text) implements Serializable {}
  record Due(Instant at, int rank, Runnable act) {}

  static Rule rule = new Rule();
  static String platformName = "Poller.java";
  static Poller platform;
  static HttpClient client;

  final Map<String, Json> connections = new LinkedHashMap<>();
  final Map<String, Json> jobs = new LinkedHashMap<>();
  final List<Mail> outbox = new ArrayList<>();
  final String smtp;
  Instant now, mailDue;
  Json environment;

  Poller(Json world) {
    now = world.instant("now");
    environment = world; // its name and threshold
    smtp = world.get("mail") == null ? null : world.at("mail").text("smtp");
    for (var connection : world.list("connections")) connections.put(connection.text("id"), connection);
    for (var job : world.list("polling_jobs")) {
      var first = now.plus(job.seconds("phase"));
      var resources = new ArrayList<Json>();
      for (var name : (List<?>) job.get("resources"))
        resources.add(new Json().with("name", name, "consecutive_failures", 0, "delivered", 0, "after", 0));
      job.with("resources", resources, "first", first, "due", first, "rank", 2).putAll(ENABLED);
      jobs.put(job.text("id"), job);
    }
  }

  /** What is due first: mails, then polls at once after an enable, then ticks in the world's order (T-03). */
  Due next() {
    var agenda = new ArrayList<Due>();
    if (!outbox.isEmpty()) agenda.add(new Due(mailDue, 0, this::deliver));
    for (var job : jobs.values())
      if (rule.polls(job.is("enabled")))
        agenda.add(new Due(job.instant("due"), (int) job.number("rank"), () -> tick(job)));
    return agenda.stream().min(Comparator.comparing(Due::at).thenComparing(Due::rank)).orElse(null);
  }

  /** Does what is due up to an instant, or only before it, each thing at its own instant. */
  Json advance(Instant to, boolean before) {
    if (to.isBefore(now)) throw new IllegalArgumentException("it is " + now + " already");
    for (var due = next(); due != null && due.at.compareTo(to) < (before ? 0 : 1); due = next()) {
      now = due.at;
      due.act.run();
    }
    now = to;
    return new Json().with("now", now, "idle", true, "next_due", next() == null ? null : next().at);
  }

  /** Polls a job's resources one after the other (DIS-01), until one of them disables it. */
  void tick(Json job) {
    Instant first = job.instant("first");
    long ticks = now.isBefore(first) ? 0 : Duration.between(first, now).dividedBy(job.seconds("every")) + 1;
    job.with("rank", 2, "due", first.plus(job.seconds("every").multipliedBy(ticks)));
    for (var resource : job.list("resources")) {
      if (!rule.polls(job.is("enabled"))) break;
      var answer = poll(connections.get(job.text("instance")), job, resource);
      long failures = resource.number("consecutive_failures");
      if (answer.ok()) resource.put("consecutive_failures", rule.afterSuccess(failures));
      else if (rule.counts(answer.kind)) failed(job, resource, answer, failures + 1);
    }
  }

  /** Reads a resource page by page: one poll, and what was read before a failure stays (DIS-02). */
  Answer poll(Json connection, Json job, Json resource) {
    while (true) {
      var answer = read(connection, job, resource);
      if (!answer.ok()) return answer;
      var records = answer.value.list("records");
      for (var each : records)
        resource.put("after", Math.max(resource.number("after"), each.number("number")));
      resource.put("delivered", resource.number("delivered") + records.size());
      if (records.isEmpty() || !answer.value.is("has_more")) return answer;
    }
  }

  /** Asks for a page. A token is renewed in its last minute, and once if refused as expired (C-05). */
  Answer read(Json connection, Json job, Json resource) {
    String id = connection.text("id"), auth = connection.text("auth"), name = encode(resource.text("name"));
    String url = connection.text("base_url") + "/" + name + "?after=" + resource.number("after");
    for (boolean again = false; ; again = true) {
      var request = HttpRequest.newBuilder(URI.create(url)).header("X-Outagedrill-Job", job.text("id"));
      if (auth.equals("oauth2")) {
        Instant expires = connection.at("token").instant("expires_at");
        if (again || !now.isBefore(expires.minus(MINUTE))) {
          var refreshed = refresh(connection.at("token"), job);
          if (!refreshed.ok() && (again || !now.isBefore(expires))) return refreshed;
        }
        request.header("Authorization", "Bearer " + connection.at("token").text("access_token"));
      } else if (auth.equals("basic")) {
        String basic = Base64.getEncoder().encodeToString((id + ":password").getBytes(UTF_8));
        request.header("Authorization", "Basic " + basic);
      } else if (auth.equals("api_key")) {
        request.header("X-Api-Key", id);
      }
      var answer = ask(request, page -> {
        for (var each : page.list("records")) each.number("number");
        return page.with("has_more", page.is("has_more"));
      });
      if (again || !answer.expired || !auth.equals("oauth2")) return answer;
    }
  }

  Answer refresh(Json token, Json job) {
    String form = "grant_type=refresh_token&refresh_token=" + encode(token.text("refresh_token"));
    var request = HttpRequest.newBuilder(URI.create(token.text("token_url")))
        .headers("Content-Type", "application/x-www-form-urlencoded", "X-Outagedrill-Job", job.text("id"));
    var answer = ask(request.POST(HttpRequest.BodyPublishers.ofString(form)), given -> given.with(
        "access_token", given.text("access_token"), "expires_at", now.plus(given.seconds("expires_in"))));
    if (!answer.ok()) return new Answer("token_refresh_failed", answer.status, null, false);
    token.putAll(answer.value); // the refresh token too, if it is a new one (C-06)
    return answer;
  }

  /**
   * Makes one request, without retries or redirects, and reads its answer (C-02). promised throws where
   * something is missing that was promised.
   */
  static Answer ask(HttpRequest.Builder request, Function<Json, Json> promised) {
    Integer status = null;
    try {
      request.headers("Accept", "application/json", "Connection", "close").timeout(Duration.ofSeconds(30));
      var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      status = response.statusCode();
      if (status >= 200 && status < 300)
        return new Answer("ok", status, promised.apply(Json.read(response.body())), false);
      if (status >= 400 && status < 500) {
        var kinds = Map.of(401, "bad_credentials", 403, "bad_credentials", 429, "rate_limited");
        String challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
        boolean expired = status == 401 && challenge.contains("error=\"invalid_token\"");
        return new Answer(kinds.getOrDefault(status, "rejected"), status, null, expired);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      // refused, reset, timed out, cut short; or HTML, nothing, garbage
    }
    return new Answer("vendor_down", status, null, false);
  }

  /** Counts a failure, and disables the job at the present environment's threshold (DIS-15). */
  void failed(Json job, Json resource, Answer answer, long failures) {
    if (failures == 1) resource.put("since", now);
    resource.put("consecutive_failures", failures);
    long total = job.list("resources").stream().mapToLong(each -> each.number("consecutive_failures")).sum();
    long limit = environment.number("threshold");
    if (!job.is("enabled") || !rule.trips(failures, total, limit)) return;
    String message = MESSAGES.get(answer.kind), id = job.text("id"), instance = job.text("instance");
    job.with("enabled", false, "disabled_by", "platform", "disabled_at", now,
        "resource", resource.get("name"), "environment", environment.text("environment"), "threshold", limit,
        "last_error", new Json().with("class", answer.kind, "status", answer.status, "message", message));
    if (smtp == null) return;
    String to = connections.get(instance).text("owner");
    String text = """
        From: %s
        To: %s
        Date: %s
        Message-ID: <%s.%s@example.com>
        Subject: Polling job %s of %s was disabled
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Environment: %s (threshold %s)
        Resource:    %s
        Failures:    %s in a row since %s
        Last answer: %s, %s: %s

        Check its credentials, check your sandbox, re-authenticate it; then enable it: PUT /jobs/%s/enable
        """.formatted(SENDER, to, DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)),
        id, now.toEpochMilli(), id, instance, environment.text("environment"), limit, resource.get("name"),
        failures, resource.get("since"), answer.kind,
        answer.status == null ? "no HTTP status" : "HTTP status " + answer.status, message, id);
    outbox.addAll(Collections.nCopies(rule.mails(), new Mail(to, text))); // DIS-08
    mailDue = now;
  }

  /** Tries the e-mails that wait, in the order in which they were decided. */
  void deliver() {
    outbox.removeIf(mail -> {
      try (var socket = new Socket(smtp.split(":")[0], Integer.parseInt(smtp.split(":")[1]))) {
        socket.setSoTimeout(30_000);
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        String data = mail.text.replaceAll("(?m)^\\.", "..").replace("\n", "\r\n") + ".";
        for (String say : new String[] {null, "HELO localhost", "MAIL FROM:<" + SENDER + ">",
            "RCPT TO:<" + mail.to + ">", "DATA", data}) { // the server speaks first
          if (say != null) socket.getOutputStream().write((say + "\r\n").getBytes(UTF_8));
          String line = in.readLine();
          while (line != null && line.startsWith("-", 3)) line = in.readLine();
          if (line == null || !line.matches("[23].*")) return false;
        }
        return true; // whatever becomes of the farewell, which is left out
      } catch (IOException e) {
        return false;
      }
    });
    mailDue = now.plus(MINUTE);
  }

  /** Enables a job: it polls at once, so now, and then at its ticks (DIS-12). Or disables it. */
  Json turn(Json job, boolean on) {
    boolean changed = job.is("enabled") != on;
    if (changed && on) {
      job.with("rank", 1, "due", now).putAll(ENABLED); // before ticks (T-03)
      for (var resource : job.list("resources"))
        resource.put("consecutive_failures", rule.afterEnable(resource.number("consecutive_failures")));
    } else if (changed) {
      job.with("enabled", false, "disabled_by", "user", "disabled_at", now);
    }
    return new Json().with("id", job.get("id"), "state", on ? "enabled" : "disabled", "changed", changed);
  }

  /** Takes new credentials, and the token that the vendor gave for them. Enables no job (DIS-13). */
  Json reauthorize(Json connection, Json given) {
    if (given.get("token") != null) connection.put("token", given.get("token"));
    return new Json().with("id", connection.get("id"));
  }

  List<Json> disabled() { // by the platform, not by a user (DIS-10)
    return jobs.values().stream().filter(job -> "platform".equals(job.get("disabled_by"))).toList();
  }

  /** Carries out a call of the contract. They come one at a time: the server has one thread. */
  static Object carryOut(String method, String path, Json body) throws Exception {
    var it = platform;
    var named = Pattern.compile("/(jobs|connections)/([^/]+)/(\\w+)").matcher(path);
    String name = named.matches() ? URLDecoder.decode(named.group(2), UTF_8) : "";
    String call = method + " " + named.replaceFirst("/$1/*/$3");
    return switch (call) {
      case "GET /outagedrill/v1" -> new Json().with(
          "contract", 1, "platform", platformName, "clock", "mock", "offers", OFFERS);
      case "PUT /outagedrill/v1/world" -> { platform = new Poller(body); yield null; }
      case "GET /outagedrill/v1/state" -> {
        var jobs = it.jobs.values().stream().map(job -> (Json) job.clone()).toList();
        jobs.forEach(job -> job.putIfAbsent("threshold", it.environment.get("threshold")));
        yield new Json().with("now", it.now, "jobs", jobs);
      }
      case "PUT /outagedrill/v1/clock" -> it.advance(body.instant("now"), body.get("before") == Boolean.TRUE);
      case "GET /outagedrill/v1/idle" -> it.advance(it.now, true);
      case "PUT /outagedrill/v1/environment" -> { it.environment = body; yield null; }
      case "POST /outagedrill/v1/restart" -> {
        var kept = new ByteArrayOutputStream();
        new ObjectOutputStream(kept).writeObject(it);
        platform = (Poller) new ObjectInputStream(new ByteArrayInputStream(kept.toByteArray())).readObject();
        yield null;
      }
      case "GET /jobs/polling-disabled" -> it.disabled();
      case "GET /instances/polling-disabled" -> it.disabled().stream().map(job -> job.get("instance"))
          .distinct().map(id -> new Json().with("id", id)).toList();
      case "PUT /jobs/*/enable", "PUT /jobs/*/disable" ->
          it.turn(Optional.ofNullable(it.jobs.get(name)).orElseThrow(), call.endsWith("enable"));
      case "PUT /connections/*/credentials" ->
          it.reauthorize(Optional.ofNullable(it.connections.get(name)).orElseThrow(), body);
      default -> throw new NoSuchElementException(call);
    };
  }

  public static void main(String[] args) throws IOException {
    var flags = List.of(args);
    Function<String, String> flag = name -> flags.contains(name) ? args[flags.indexOf(name) + 1] : null;
    if (flags.contains("--list-defects")) {
      System.out.println(String.join("\n", DEFECTS.keySet()));
      return;
    }
    if (flags.contains("--defect")) {
      rule = Objects.requireNonNull(DEFECTS.get(flag.apply("--defect")), "see --list-defects");
      platformName += " with " + flag.apply("--defect");
    }
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // A poll retries nothing (DIS-02): a connection a call, and no second try by the JDK after a reset.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "connection");
    System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
    System.setProperty("jdk.httpclient.disableRetryConnect", "true");
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY)
        .build();
    int port = flags.contains("--port") ? Integer.parseInt(flag.apply("--port")) : 0;
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", exchange -> {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      int status = 200;
      Object answer;
      try {
        answer = carryOut(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(),
            body.startsWith("{") ? Json.read(body) : null);
      } catch (Exception e) {
        status = e instanceof NoSuchElementException ? 404 : 409;
        answer = new Json().with("error", e);
      }
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      byte[] text = Json.write(answer).getBytes(UTF_8);
      exchange.sendResponseHeaders(answer == null ? 204 : status, answer == null ? -1 : text.length);
      if (answer != null) exchange.getResponseBody().write(text);
      exchange.close();
    });
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
    if (flags.contains("--until-stdin-closes") && System.in.readAllBytes() != null) System.exit(0);
  }

  /** A JSON object, and what reads and writes JSON: the JDK has nothing for it. */
  static class Json extends LinkedHashMap<String, Object> {
    static final Pattern TOKEN = Pattern.compile(
        "\\G[\\s,:]*+(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([{}\\[\\]]|[-+.\\w]++))");
    static final Map<String, Object> END = Map.of("}", new Object(), "]", new Object());
    static final Pattern ESCAPE = Pattern.compile("\\\\(u(\\p{XDigit}{4})|.)");

    Json with(Object... pairs) {
      for (int i = 0; i < pairs.length; i += 2) put((String) pairs[i], pairs[i + 1]);
      return this;
    }
    String text(String key) { return Objects.requireNonNull((String) get(key), key); }
    long number(String key) { return ((Number) Objects.requireNonNull(get(key), key)).longValue(); }
    boolean is(String key) { return (Boolean) Objects.requireNonNull(get(key), key); }
    Json at(String key) { return (Json) Objects.requireNonNull(get(key), key); }
    Instant instant(String key) { return get(key) instanceof Instant at ? at : Instant.parse(text(key)); }
    Duration seconds(String key) {
      var number = (Number) Objects.requireNonNull(get(key), key);
      return Duration.ofNanos(Math.round(number.doubleValue() * 1e9));
    }
    @SuppressWarnings("unchecked")
    List<Json> list(String key) { return (List<Json>) Objects.requireNonNull(get(key), key); }

    static Json read(String text) {
      var token = TOKEN.matcher(text);
      var value = (Json) next(token);
      if (!text.substring(token.end()).isBlank()) throw new IllegalArgumentException("more than one value");
      return value;
    }

    /** Reads a value; an end of an object or a list is itself. Commas and colons are as good as blanks. */
    static Object next(Matcher token) {
      if (!token.find()) throw new IllegalArgumentException("no JSON");
      if (token.group(1) != null) return ESCAPE.matcher(token.group(1)).replaceAll(Json::unescaped);
      switch (token.group(2)) {
        case "{":
          var object = new Json();
          for (Object key = next(token); key != END.get("}"); key = next(token))
            object.put((String) key, next(token));
          return object;
        case "[":
          var list = new ArrayList<Object>();
          for (Object each = next(token); each != END.get("]"); each = next(token)) list.add(each);
          return list;
        case "}", "]": return END.get(token.group(2));
        case "null": return null;
        case "true", "false": return Boolean.valueOf(token.group(2));
        default: return new java.math.BigDecimal(token.group(2));
      }
    }

    static String unescaped(MatchResult found) {
      if (found.group(2) != null)
        return Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(2), 16)));
      return found.group().equals("\\/") ? "/" : Matcher.quoteReplacement(found.group().translateEscapes());
    }

    static String write(Object value) {
      if (value instanceof Json object)
        return object.entrySet().stream().map(each -> write(each.getKey()) + ":" + write(each.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
      if (value instanceof List<?> list)
        return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      if (value == null || value instanceof Number || value instanceof Boolean) return "" + value;
      String text = value.toString().replace("\\", "\\\\").replace("\"", "\\\"");
      return '"' + text.replaceAll("\\p{Cntrl}", " ") + '"';
    }
  }

  static String encode(String text) { return URLEncoder.encode(text, UTF_8).replace("+", "%20"); }
}
