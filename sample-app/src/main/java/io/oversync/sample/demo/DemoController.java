/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

import io.oversync.sample.SmallBodies;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Conditional;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.util.WebUtils;

/**
 * The page and what it calls. Each browser has a session of its own, by a cookie.
 */
@RestController
@Conditional(OnDemo.class)
class DemoController {

	private static final String COOKIE = "oversync-demo-";

	private final DemoSessions sessions;

	private final DemoProperties properties;

	private final DemoDatabase database;

	private final JsonMapper json;

	private final SmallBodies bodies = new SmallBodies(SameOriginFilter.LARGEST_BODY);

	DemoController(DemoSessions sessions, DemoProperties properties, DemoDatabase database, JsonMapper json) {
		this.sessions = sessions;
		this.properties = properties;
		this.database = database;
		this.json = json;
	}

	/**
	 * What a page needs to know.
	 *
	 * @param user the user of the two phones
	 * @param psql a command that opens the database
	 * @param minutes the time after which an unused session ends
	 * @param mostNotes most notes in one place
	 * @param longestTitle most characters of a title
	 * @param longestBody most characters of a text
	 */
	record SessionInfo(String user, String psql, long minutes, int mostNotes, int longestTitle, int longestBody) {
	}

	record Online(boolean online) {
	}

	record Resolver(@Nullable String resolver) {
	}

	record DemoProblem(String error, String message) {
	}

	@GetMapping(path = "/", produces = MediaType.TEXT_HTML_VALUE)
	Resource page() {
		return new ClassPathResource("demo/index.html");
	}

	@PostMapping("/demo/session")
	ResponseEntity<SessionInfo> open(HttpServletRequest request) {
		String given = secret(request);
		String secret = (given != null && this.sessions.exists(given)) ? given : this.sessions.newSecret();
		DemoSession session = this.sessions.open(secret);
		// a cookie is sent to all ports of a host
		ResponseCookie cookie = ResponseCookie.from(COOKIE + request.getLocalPort(), secret)
			.httpOnly(true)
			.secure(request.isSecure())
			.sameSite("Strict")
			.path("/")
			.build();
		Duration timeout = this.properties.sessionTimeout();
		SessionInfo info = new SessionInfo(session.user(), this.database.psql(), timeout.toMinutes(),
				NoteStore.MOST_NOTES, NoteEdit.LONGEST_TITLE, NoteEdit.LONGEST_BODY);
		return ResponseEntity.ok().header(HttpHeaders.SET_COOKIE, cookie.toString()).body(info);
	}

	@GetMapping(path = "/demo/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter events(HttpServletRequest request) {
		return session(request).watch();
	}

	@PostMapping("/demo/{place}/notes")
	void add(HttpServletRequest request, @PathVariable String place) throws IOException {
		DemoSession session = session(request);
		NoteEdit edit = body(request, NoteEdit.class);
		session.run(() -> session.notes(place).add(edit.checkComplete()));
	}

	@PatchMapping("/demo/{place}/notes/{id}")
	void edit(HttpServletRequest request, @PathVariable String place, @PathVariable UUID id) throws IOException {
		DemoSession session = session(request);
		NoteEdit edit = body(request, NoteEdit.class);
		session.run(() -> session.notes(place).edit(id, edit.check()));
	}

	@DeleteMapping("/demo/{place}/notes/{id}")
	void delete(HttpServletRequest request, @PathVariable String place, @PathVariable UUID id) {
		DemoSession session = session(request);
		session.run(() -> session.notes(place).delete(id));
	}

	@PutMapping("/demo/{phone}/online")
	void online(HttpServletRequest request, @PathVariable String phone) throws IOException {
		DemoSession session = session(request);
		Online online = body(request, Online.class);
		session.set(() -> session.phone(phone).online(online.online()));
	}

	@PutMapping("/demo/{phone}/resolver")
	void resolver(HttpServletRequest request, @PathVariable String phone) throws IOException {
		DemoSession session = session(request);
		Resolver resolver = body(request, Resolver.class);
		session.set(() -> session.phone(phone).resolver(ResolverChoice.of(String.valueOf(resolver.resolver()))));
	}

	@PostMapping("/demo/{phone}/reinstall")
	void reinstall(HttpServletRequest request, @PathVariable String phone) {
		DemoSession session = session(request);
		session.run(() -> session.phone(phone).reinstall());
	}

	@PostMapping("/demo/{phone}/copy")
	void keepCopy(HttpServletRequest request, @PathVariable String phone) {
		DemoSession session = session(request);
		session.run(() -> session.phone(phone).keepCopy());
	}

	@PostMapping("/demo/{phone}/put-back")
	void putBackCopy(HttpServletRequest request, @PathVariable String phone) {
		DemoSession session = session(request);
		session.run(() -> session.phone(phone).putBackCopy());
	}

	private DemoSession session(HttpServletRequest request) {
		return this.sessions.find(secret(request));
	}

	/** Comes after the session: a body holds a thread, and anyone can send one. */
	private <T> T body(HttpServletRequest request, Class<T> type) throws IOException {
		try {
			T body = this.json.readValue(this.bodies.read(request.getInputStream()), type);
			if (body == null) {
				throw DemoException.invalid("The body is missing.");
			}
			return body;
		}
		catch (SmallBodies.UnusableBodyException | JacksonException ex) {
			throw DemoException.invalid("The body cannot be read.");
		}
	}

	private static @Nullable String secret(HttpServletRequest request) {
		Cookie cookie = WebUtils.getCookie(request, COOKIE + request.getLocalPort());
		return (cookie != null) ? cookie.getValue() : null;
	}

	@ExceptionHandler
	ResponseEntity<DemoProblem> problem(DemoException ex) {
		return ResponseEntity.status(ex.status())
			.contentType(MediaType.APPLICATION_JSON)
			.body(new DemoProblem(ex.error(), ex.text()));
	}

}
