/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client.internal.transport;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

import io.oversync.client.NetworkException;
import io.oversync.client.ServerException;
import io.oversync.client.TokenSupplier;
import io.oversync.client.http.SyncHttp;
import io.oversync.client.internal.protocol.AnsweredUpload;
import io.oversync.client.internal.protocol.ChangesReceiver;
import io.oversync.client.internal.protocol.ChecksumCodec;
import io.oversync.client.internal.protocol.DownloadPage;
import io.oversync.client.internal.protocol.ReceivedChange;
import io.oversync.client.internal.protocol.ServerChecksums;
import io.oversync.client.internal.protocol.ServerState;
import io.oversync.client.internal.protocol.StoredFailure;
import io.oversync.client.internal.protocol.UploadedChange;
import io.oversync.client.internal.protocol.WireCodec;
import io.oversync.client.internal.support.MessageText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;

/**
 * The two endpoints of the server.
 */
public final class SyncServer implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SyncServer.class);

	private static final int UNAUTHORIZED = 401;

	private static final int REQUEST_TIMEOUT = 408;

	private static final int TOO_MANY = 429;

	private static final int OK = 200;

	/** The statuses of servers without a status; 200 for an answer of another kind. */
	private static final Set<Integer> WITHOUT_STATUS = Set.of(OK, 404, 405, 501);

	/** Names the history that the server serves: another one after a restored backup. */
	private static final String EPOCH = "oversync-epoch";

	private static final String CHANGES = "/changes";

	private static final String LINES = "application/x-ndjson";

	/** The end of the window of an answer with lines. */
	private static final String WINDOW_UNTIL = "oversync-window-until";

	/** The number of its first lines that are ahead of their places; missing for none. */
	private static final String RESTORES = "oversync-restores";

	private static final String WATCH = "/watch";

	private static final String EVENTS = "text/event-stream";

	/** The seconds between two signs of life of an answer with events. */
	private static final String HEARTBEAT = "oversync-heartbeat";

	private static final long USUAL_HEARTBEAT = 20;

	private static final long LONGEST_HEARTBEAT = 3600;

	/** The signs of life that may be missing. */
	private static final int SILENT_HEARTBEATS = 3;

	private static final String DEVICE = "Oversync-Source-ID";

	/** The part of an error page that is read. */
	private static final int ERROR_BYTES = 64 * 1024;

	/** The part of a page that is held in memory and written in one transaction. */
	private static final long PART_BYTES = 1024 * 1024;

	private static final int PART_COUNT = 1000;

	private final DeadlineHttp http;

	private final String base;

	private final TokenSupplier tokens;

	private final TokenGuard guard;

	private volatile @Nullable String epoch;

	/** A request that was sent before its response is wanted. */
	private @Nullable Started ahead;

	public SyncServer(DeadlineHttp http, URI base, TokenSupplier tokens, TokenGuard guard) {
		this.http = http;
		this.base = base.toString().replaceAll("/+$", "");
		this.tokens = tokens;
		this.guard = guard;
	}

	/** Ends the request that is under way, and lets no other begin. */
	@Override
	public void close() {
		this.http.close();
	}

	/** Uploads changes and returns an answer to each. */
	public AnsweredUpload upload(long lastServerSeqSeen, List<UploadedChange> changes) {
		byte[] body = WireCodec.writeUpload(lastServerSeqSeen, changes);
		AnsweredUpload answer = exchange("POST", "/upload", body, WireCodec::readUpload);
		if (answer.changes().size() != changes.size()) {
			throw new ServerException(OK, "", "The server answered " + answer.changes().size() + " of " + changes.size()
					+ " changes: it does not speak this protocol", null);
		}
		return answer;
	}

	/** Returns the epoch of the last answer that named one, or null. */
	public @Nullable String epoch() {
		return this.epoch;
	}

	/** Asks for the epoch; a server that has none, or no status, leaves it unknown. */
	public void askEpoch() {
		try {
			String named = exchange("GET", "/status", null, WireCodec::readStatus).epoch();
			this.epoch = (named != null) ? named : this.epoch;
		}
		catch (NetworkException | ServerException ex) {
			// optional: the history is also known by its changes
		}
	}

	/**
	 * Asks which tombstones have expired. A server without a status keeps all.
	 * @return the state of the server
	 */
	public ServerState askState() {
		try {
			return exchange("GET", "/status", null, WireCodec::readStatus);
		}
		catch (ServerException ex) {
			if (!WITHOUT_STATUS.contains(ex.status())) {
				throw ex;
			}
			return ServerState.ALL_KEPT;
		}
	}

	/**
	 * Downloads a page.
	 * @param peek whether the server must not take {@code after} for what this device has
	 * @param parts is given the entries of all parts of a large page but the last
	 */
	public DownloadPage download(long after, int limit, @Nullable String schema, boolean includeSelf, long until,
			boolean peek, Consumer<List<ReceivedChange>> parts) {
		return download(downloadPath(after, limit, schema, includeSelf, until, peek), after, parts);
	}

	private DownloadPage download(String path, long after, Consumer<List<ReceivedChange>> parts) {
		DownloadPage page;
		try {
			page = exchange("GET", path, null, (body) -> WireCodec.readDownload(body, PART_BYTES, PART_COUNT,
					(part) -> guarded(() -> parts.accept(part))));
		}
		catch (PartException ex) {
			throw ex.problem;
		}
		return moving(page, after);
	}

	/** Returns whether an answer can be read while it still arrives. */
	public boolean isStreaming() {
		return this.http.isStreaming();
	}

	/**
	 * Downloads everything up to the head, or as much as the server sends at a time.
	 * @param peek whether the server must not take {@code after} for what this device has
	 * @param receiver is given the entries of all parts but the last
	 * @return the end of the window, with the last part
	 */
	public DownloadPage changes(long after, @Nullable String schema, boolean includeSelf, long until, boolean peek,
			ChangesReceiver receiver) {
		DownloadPage page;
		try {
			page = exchange("GET", changesPath(after, schema, includeSelf, until, peek), null,
					(response, body) -> readChanges(response.headers(), body, receiver));
		}
		catch (PartException ex) {
			throw ex.problem;
		}
		return moving(page, after);
	}

	/**
	 * Opens an answer that tells the head of the stream whenever it moves. May be called
	 * while another thread uses the server.
	 * @param after the head that is known
	 * @return the answer, to be closed
	 */
	public HeadStream watch(long after) {
		String path = WATCH + "?after=" + after;
		URI uri = URI.create(this.base + path);
		try {
			Started started = begin("GET", path, this.guard.token(this.tokens, null), null);
			SyncHttp.Response response = started.exchange.response(started.request);
			if (response.status() == UNAUTHORIZED) {
				response.close();
				started = begin("GET", path, this.guard.token(this.tokens, started.token), null);
				response = started.exchange.response(started.request);
			}
			return events(started, response, uri);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NetworkException("Interrupted while waiting for " + uri, ex);
		}
		catch (IOException ex) {
			throw new NetworkException("No answer from " + uri + ": " + NetworkCause.describe(ex, uri), ex);
		}
	}

	private static HeadStream events(Started started, SyncHttp.Response response, URI uri) throws IOException {
		String type = String.valueOf(response.headers().get("content-type"));
		String encoding = response.headers().getOrDefault("content-encoding", "identity");
		if (response.status() == OK && type.startsWith(EVENTS) && encoding.equals("identity")) {
			long seconds = number(response.headers().get(HEARTBEAT), USUAL_HEARTBEAT);
			Duration heartbeat = Duration.ofSeconds(Math.max(1, Math.min(seconds, LONGEST_HEARTBEAT)));
			started.exchange.keepOpen(heartbeat.multipliedBy(SILENT_HEARTBEATS));
			return new HeadStream(uri, started.exchange, response.body(), heartbeat);
		}
		try (response) {
			if (response.status() != OK) {
				throw failure(response, uri, response.body().readNBytes(ERROR_BYTES));
			}
			throw new ServerException(OK, "",
					"The answer of " + uri + " is " + type + " (" + encoding + ") and not " + EVENTS, null);
		}
	}

	private static DownloadPage readChanges(Map<String, String> headers, InputStream body, ChangesReceiver receiver) {
		String type = String.valueOf(headers.get("content-type"));
		if (!type.startsWith(LINES)) {
			throw new IllegalArgumentException("it is " + type + " and not " + LINES);
		}
		long windowUntil = number(headers.get(WINDOW_UNTIL), 0);
		long restores = number(headers.get(RESTORES), headers.containsKey(WINDOW_UNTIL) ? 0 : -1);
		guarded(() -> receiver.begin(restores, windowUntil));
		return WireCodec.readChanges(body, PART_BYTES, PART_COUNT, (part) -> guarded(() -> receiver.part(part)));
	}

	private static void guarded(Runnable receiving) {
		try {
			receiving.run();
		}
		catch (RuntimeException ex) {
			throw new PartException(ex);
		}
	}

	private static long number(@Nullable String header, long missing) {
		return (header != null && header.matches("[0-9]{1,18}")) ? Long.parseLong(header) : missing;
	}

	/** A page that has more and does not move on would be asked for again and again. */
	private static DownloadPage moving(DownloadPage page, long after) {
		if (page.hasMore() && page.nextAfter() <= after) {
			throw new ServerException(OK, "",
					"The server has more but does not move on from " + after + ": it does not speak this protocol",
					null);
		}
		return page;
	}

	private static String changesPath(long after, @Nullable String schema, boolean includeSelf, long until,
			boolean peek) {
		return CHANGES + "?after=" + after + filters(schema, includeSelf, until, peek);
	}

	private static String downloadPath(long after, int limit, @Nullable String schema, boolean includeSelf, long until,
			boolean peek) {
		return "/download?after=" + after + "&limit=" + limit + filters(schema, includeSelf, until, peek);
	}

	private static String filters(@Nullable String schema, boolean includeSelf, long until, boolean peek) {
		StringBuilder path = new StringBuilder();
		if (schema != null) {
			path.append("&schema=").append(URLEncoder.encode(schema, StandardCharsets.UTF_8));
		}
		if (includeSelf) {
			path.append("&include_self=true");
		}
		if (until > 0) {
			path.append("&until=").append(until);
		}
		if (peek) {
			path.append("&peek=true");
		}
		return path.toString();
	}

	/**
	 * Asks for a page that is probably downloaded next, so that it comes while another
	 * one is written. What fails now is seen when the page is downloaded.
	 */
	public void downloadAhead(long after, int limit, @Nullable String schema, boolean includeSelf, long until,
			boolean peek) {
		askAhead(downloadPath(after, limit, schema, includeSelf, until, peek));
	}

	/** Asks for everything up to the head, in the same way. */
	public void changesAhead(long after, @Nullable String schema, boolean includeSelf, long until, boolean peek) {
		askAhead(changesPath(after, schema, includeSelf, until, peek));
	}

	private void askAhead(String path) {
		forgetAhead();
		try {
			String token = this.guard.token(this.tokens, null);
			this.ahead = begin("GET", path, token, null);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("A page is not asked for ahead", ex);
		}
	}

	/** Gives up what was asked for ahead. */
	public void forgetAhead() {
		Started started = this.ahead;
		this.ahead = null;
		if (started != null) {
			started.exchange.abort();
		}
	}

	private @Nullable Started ahead(String method, String path) {
		Started started = this.ahead;
		if (started == null || !method.equals("GET") || !started.path.equals(path)) {
			forgetAhead();
			return null;
		}
		this.ahead = null;
		return started;
	}

	/**
	 * Looks up the next change of any schema and source, wherever this device is.
	 * @param after the position before it
	 * @return the page
	 */
	public DownloadPage peek(long after) {
		List<ReceivedChange> changes = new ArrayList<>();
		DownloadPage page = peek(after, 1, changes::addAll);
		changes.addAll(page.changes());
		return new DownloadPage(changes, page.count(), page.hasMore(), page.nextAfter(), page.windowUntil(),
				page.bytes());
	}

	/**
	 * Looks up changes of any schema and source, wherever this device is.
	 * @param after the position before them
	 * @param limit the most changes
	 * @param parts receives all parts of a large page but the last
	 * @return the page, with the last part
	 */
	public DownloadPage peek(long after, int limit, Consumer<List<ReceivedChange>> parts) {
		return download(after, limit, null, true, 0, true, parts);
	}

	/**
	 * Asks for checksums of rows (§4.1).
	 * @param tables the server's tables, {@code schema.table}
	 * @param from the first key, or null for all
	 * @param to the last key, or null for all
	 * @param entries whether the rows are listed where they are few
	 * @throws ServerException if the server refuses that; 404, 405 or 501 if it has no
	 * checksums
	 */
	public ServerChecksums checksums(List<String> tables, @Nullable String from, @Nullable String to, boolean entries) {
		StringBuilder path = new StringBuilder("/checksum?tables=")
			.append(URLEncoder.encode(String.join(",", tables), StandardCharsets.UTF_8));
		if (from != null) {
			path.append("&pk_from=").append(from);
		}
		if (to != null) {
			path.append("&pk_to=").append(to);
		}
		return exchange("GET", path + (entries ? "&entries=true" : ""), null, ChecksumCodec::read);
	}

	/** Asks for rows that the server could not write into its own tables (§4). */
	public List<StoredFailure> failures() {
		SyncServer admin = new SyncServer(this.http, URI.create(this.base).resolve("admin"), this.tokens, this.guard);
		return admin.exchange("GET", "/materialize-failures?limit=100", null, WireCodec::readFailures);
	}

	private <T> T exchange(String method, String path, byte @Nullable [] body, Function<InputStream, T> reader) {
		return exchange(method, path, body, (response, answer) -> reader.apply(answer));
	}

	private <T> T exchange(String method, String path, byte @Nullable [] body, Reader<T> reader) {
		URI uri = URI.create(this.base + path);
		try {
			Started ahead = ahead(method, path);
			Started first = (ahead != null) ? ahead : begin(method, path, this.guard.token(this.tokens, null), body);
			try (SyncHttp.Response response = response(first)) {
				if (response.status() != UNAUTHORIZED) {
					return read(response, uri, reader);
				}
			}
			try (SyncHttp.Response response = response(
					begin(method, path, this.guard.token(this.tokens, first.token), body))) {
				return read(response, uri, reader);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new NetworkException("Interrupted while waiting for " + uri, ex);
		}
		catch (IOException | JacksonIOException ex) {
			throw new NetworkException("No answer from " + uri + ": " + NetworkCause.describe(ex, uri), ex);
		}
	}

	private Started begin(String method, String path, String token, byte @Nullable [] body) throws IOException {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Authorization", "Bearer " + token);
		if (this.guard.isDeviceSendable()) {
			// counts where the token names no device (§1)
			headers.put(DEVICE, this.guard.device());
		}
		headers.put("Accept", accepted(path));
		headers.put("Accept-Encoding", path.startsWith(WATCH) ? "identity" : "gzip");
		if (body != null) {
			headers.put("Content-Type", "application/json");
		}
		SyncHttp.Request request = new SyncHttp.Request(method, URI.create(this.base + path), headers, body);
		return new Started(path, token, request, this.http.begin(request));
	}

	private static String accepted(String path) {
		if (path.startsWith(WATCH)) {
			return EVENTS;
		}
		return path.startsWith(CHANGES) ? LINES : "application/json";
	}

	private SyncHttp.Response response(Started started) throws IOException, InterruptedException {
		SyncHttp.Response response = started.exchange.response(started.request);
		String named = response.headers().get(EPOCH);
		if (response.status() == OK && named != null) {
			this.epoch = named;
		}
		return response;
	}

	private static <T> T read(SyncHttp.Response response, URI uri, Reader<T> reader) throws IOException {
		InputStream raw = new BufferedInputStream(response.body());
		InputStream body = "gzip".equalsIgnoreCase(response.headers().get("content-encoding"))
				? new GZIPInputStream(raw) : raw;
		if (response.status() != OK) {
			throw failure(response, uri, body.readNBytes(ERROR_BYTES));
		}
		try {
			return reader.read(response, body);
		}
		catch (JacksonIOException ex) {
			throw ex;
		}
		catch (JacksonException ex) {
			// an answer that breaks off looks like this as well
			throw new NetworkException(
					"The answer of " + uri + " is incomplete or no JSON: " + NetworkCause.describe(ex), ex);
		}
		catch (IllegalArgumentException ex) {
			throw new ServerException(OK, "", "The answer of " + uri + " is not the protocol's: " + ex.getMessage(),
					null);
		}
	}

	private static ServerException failure(SyncHttp.Response response, URI uri, byte[] body) {
		WireCodec.ErrorAnswer error = WireCodec.readError(body);
		String code = (error.code() != null) ? error.code() : "";
		String said = !code.isEmpty() ? code + ": " + error.message()
				: "no error of the protocol" + hint(response.status());
		String target = response.headers().get("location");
		if (response.status() / 100 == 3 && target != null) {
			said = "a redirect to " + MessageText.shortened(target)
					+ ", which is not followed: give server() the right URL, or look for a login page of the network";
		}
		return new ServerException(response.status(), code, uri + " answered " + response.status() + ", " + said,
				retryAfter(response.headers().get("retry-after")));
	}

	/** Returns a hint for an answer that comes from another system, such as a proxy. */
	private static String hint(int status) {
		boolean passes = status == UNAUTHORIZED || status == REQUEST_TIMEOUT || status == TOO_MANY;
		return (status / 100 != 4 || passes) ? ""
				: ": check the URL given to server(), and what lies between, such as a proxy, a gateway or its limits";
	}

	/** Seconds, or a date. */
	private static @Nullable Duration retryAfter(@Nullable String header) {
		if (header == null) {
			return null;
		}
		try {
			if (header.chars().allMatch(Character::isDigit)) {
				return Duration.ofSeconds(Long.parseLong(header));
			}
			Instant moment = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
			Duration wait = Duration.between(Instant.now(), moment);
			return wait.isNegative() ? Duration.ZERO : wait;
		}
		catch (NumberFormatException | DateTimeParseException ex) {
			return null;
		}
	}

	/**
	 * A request that was sent.
	 *
	 * @param path the path
	 * @param token the token
	 * @param request the request
	 * @param exchange the exchange with its response
	 */
	private record Started(String path, String token, SyncHttp.Request request, DeadlineExchange exchange) {
	}

	/** A part of a page could not be taken in: this is no fault of the server. */
	private static final class PartException extends RuntimeException {

		private final RuntimeException problem;

		PartException(RuntimeException problem) {
			super(problem);
			this.problem = problem;
		}

	}

	/**
	 * Reads an answer.
	 *
	 * @param <T> as what
	 */
	private interface Reader<T> {

		T read(SyncHttp.Response response, InputStream body);

	}

}
