/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.oversync.client.http.SyncHttp;

/**
 * A phone's network: HTTP to the sample's own port, which can be cut. The client does not
 * know of it: without the network, connections are refused and answers that are on their
 * way are lost, as on a real phone.
 */
final class PhoneNetwork implements SyncHttp {

	private final String phone;

	private final SyncHttp http;

	private final Traffic traffic;

	private final ExchangeSummary summary = new ExchangeSummary();

	private final Set<Answer> open = ConcurrentHashMap.newKeySet();

	private final AtomicInteger cuts = new AtomicInteger();

	private volatile boolean online;

	PhoneNetwork(String phone, SyncHttp http, Traffic traffic, boolean online) {
		this.phone = phone;
		this.http = http;
		this.traffic = traffic;
		this.online = online;
	}

	boolean isOnline() {
		return this.online;
	}

	void connect() {
		this.online = true;
	}

	void cut() {
		this.online = false;
		this.cuts.incrementAndGet();
		this.open.forEach(Answer::cutOff);
	}

	@Override
	public boolean isStreaming() {
		return true;
	}

	@Override
	public Response exchange(Request request) throws IOException, InterruptedException {
		String path = request.uri().getPath();
		Traffic.Started started = Traffic.Started.now(this.phone, request.method(), request.uri(),
				this.summary.sent(path, request.body()));
		int before = this.cuts.get();
		if (!this.online) {
			this.traffic.failed(started, "no network");
			throw new ConnectException("no network");
		}
		Response response;
		try {
			response = this.http.exchange(request);
		}
		catch (IOException ex) {
			this.traffic.failed(started, "no answer");
			throw ex;
		}
		Answer answer = new Answer(started, response);
		this.open.add(answer);
		if (this.cuts.get() != before) {
			answer.cutOff();
		}
		return new Response(response.status(), response.headers(), answer);
	}

	/** An answer while it is read; what it carries is shown once it was read. */
	private final class Answer extends InputStream {

		private static final int MOST_KEPT = 128 * 1024;

		private static final int OK = 200;

		private final Traffic.Started request;

		private final Response response;

		private final boolean watch;

		private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

		private boolean told;

		private volatile boolean cut;

		Answer(Traffic.Started request, Response response) {
			this.request = request;
			this.response = response;
			this.watch = request.uri().getPath().endsWith("/watch") && response.status() == OK;
			if (this.watch) {
				PhoneNetwork.this.traffic.answered(request, response.status(), "stays open for news");
			}
		}

		@Override
		public int read() throws IOException {
			byte[] one = new byte[1];
			return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xff;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			int count;
			try {
				count = this.response.body().read(bytes, offset, length);
			}
			catch (IOException ex) {
				end(this.cut ? "cut off" : "broken off");
				throw ex;
			}
			if (this.cut) {
				throw new IOException("cut off");
			}
			if (count > 0) {
				keep(bytes, offset, count);
			}
			else if (count < 0) {
				end("");
			}
			return count;
		}

		private void keep(byte[] bytes, int offset, int count) {
			int room = Math.min(count, MOST_KEPT - this.kept.size());
			this.kept.write(bytes, offset, Math.max(room, 0));
			if (this.watch && bytes[offset + count - 1] == '\n') {
				this.kept.toString(StandardCharsets.UTF_8)
					.lines()
					.filter((line) -> line.startsWith("data:"))
					.forEach((line) -> PhoneNetwork.this.traffic.event(this.request,
							"the head is " + line.replaceAll("\\D", "")));
				this.kept.reset();
			}
		}

		private synchronized void end(String problem) {
			PhoneNetwork.this.open.remove(this);
			if (this.told || (this.watch && problem.isEmpty())) {
				return;
			}
			this.told = true;
			if (!problem.isEmpty()) {
				PhoneNetwork.this.traffic.failed(this.request, problem);
				return;
			}
			boolean gzip = "gzip".equalsIgnoreCase(this.response.headers().get("content-encoding"));
			PhoneNetwork.this.traffic.answered(this.request, this.response.status(),
					PhoneNetwork.this.summary.received(this.request.uri().getPath(), this.kept.toByteArray(), gzip));
		}

		void cutOff() {
			this.cut = true;
			end("cut off");
			try {
				this.response.close();
			}
			catch (IOException ex) {
				// it is lost either way
			}
		}

		@Override
		public void close() throws IOException {
			end("");
			this.response.close();
		}

	}

}
