/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.oversync.verification.device.StreamPage;
import org.jspecify.annotations.Nullable;

/**
 * Records the requests of one user's devices that reached the server, and its answers.
 */
final class TrafficLog {

	private static final int OK = 200;

	private final List<SentUpload> uploads = new ArrayList<>();

	private final List<SeenPage> pages = new ArrayList<>();

	private final List<Acknowledgement> acknowledgements = new ArrayList<>();

	private final List<SentRequest> requests = new ArrayList<>();

	/**
	 * Records a delivery.
	 * @param device its device
	 * @param delivery the delivery
	 */
	synchronized void delivered(String device, Delivery delivery) {
		SentRequest request = SentRequest.of(device, delivery);
		this.requests.add(request);
		if (request.cursor() > 0) {
			// counts whatever came of it
			this.acknowledgements.add(new Acknowledgement(device, request.cursor(), delivery.started()));
		}
		byte[] response = delivery.response();
		if (delivery.method().equals("POST")) {
			// a part of an upload is none: the server must not take anything from it
			if (delivery.complete()) {
				this.uploads.add(SentUpload.of(device, delivery));
			}
		}
		else if (delivery.pathAndQuery().contains("/download")) {
			Map<String, String> query = query(delivery.pathAndQuery());
			long after = Long.parseLong(query.getOrDefault("after", "0"));
			if (delivery.status() == OK && response != null) {
				seen(new SeenPage(device, after, "true".equals(query.get("include_self")),
						StreamPage.parse(new String(response, StandardCharsets.UTF_8)), delivery.ended()));
			}
		}
	}

	/** Records a page that bypassed the network of the devices. */
	synchronized void seen(SeenPage page) {
		this.pages.add(page);
	}

	private static Map<String, String> query(String pathAndQuery) {
		Map<String, String> query = new HashMap<>();
		for (String parameter : pathAndQuery.replaceFirst("[^?]*\\??", "").split("&")) {
			@Nullable String[] parts = parameter.split("=", 2);
			if (parts.length == 2) {
				query.put(String.valueOf(parts[0]), String.valueOf(parts[1]));
			}
		}
		return query;
	}

	synchronized List<SentUpload> uploads() {
		return List.copyOf(this.uploads);
	}

	synchronized List<SentRequest> requests() {
		return List.copyOf(this.requests);
	}

	synchronized List<SeenPage> pages() {
		return List.copyOf(this.pages);
	}

	synchronized List<Acknowledgement> acknowledgements() {
		return List.copyOf(this.acknowledgements);
	}

}
