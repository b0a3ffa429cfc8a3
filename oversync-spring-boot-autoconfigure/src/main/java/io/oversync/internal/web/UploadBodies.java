/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.event.EngineListener.Part;
import io.oversync.internal.event.EngineListener.Phase;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadLimits;
import io.oversync.protocol.UploadRequestReader;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Receives the bodies of uploads: within limits of size, of the memory of all of them,
 * and of the time that a slow connection may take.
 */
public final class UploadBodies {

	/** Of a body that may be sent again as it is. */
	private static final Duration LONGEST_DRAIN = Duration.ofSeconds(5);

	private final UploadLimits limits;

	private final ServerLimits serverLimits;

	private final UploadRequestReader reader;

	private final MemoryBudget memory;

	private final EngineListener listener;

	/**
	 * Creates it.
	 * @param limits of an upload
	 * @param serverLimits of all uploads
	 * @param listener is told how long the bodies take
	 */
	public UploadBodies(UploadLimits limits, ServerLimits serverLimits, EngineListener listener) {
		this.limits = limits;
		this.serverLimits = serverLimits;
		this.reader = new UploadRequestReader(limits);
		this.memory = new MemoryBudget(serverLimits.uploadMemory(), System::nanoTime);
		this.listener = listener;
	}

	/**
	 * Begins an upload.
	 * @param actor the device
	 * @param request its request, of which nothing was read
	 * @return the memory of the upload, nothing yet; closed when it was answered
	 * @throws SyncException {@code UNSUPPORTED_MEDIA_TYPE} if the body is not JSON
	 */
	MemoryBudget.Reservation reserve(SyncActor actor, HttpServletRequest request) {
		requireJson(request.getContentType());
		return this.memory.open(actor.userId());
	}

	/**
	 * Reads the body.
	 * @param request the request
	 * @param reservation its memory, which grows with what is read
	 * @return the changes
	 * @throws IOException if the connection breaks
	 * @throws SyncException if the body is no upload, too large, or there is no memory
	 * for it
	 */
	UploadRequest read(HttpServletRequest request, MemoryBudget.Reservation reservation) throws IOException {
		InputStream body = new PacedInputStream(request.getInputStream(), this.serverLimits.bodyRate(),
				this.serverLimits.bodyGrace(), System::nanoTime);
		try (Part parsing = this.listener.begin(Phase.PARSE)) {
			if (request.getContentLengthLong() > this.limits.requestBytes()) {
				throw new SyncException(ErrorCode.REQUEST_TOO_LARGE,
						"The body is larger than " + this.limits.requestBytes() + " bytes; send smaller uploads");
			}
			UploadRequest upload = this.reader.read(body, reservation);
			reservation.settle();
			return upload;
		}
		catch (AbandonedRequestException ex) {
			throw ex;
		}
		catch (SyncException ex) {
			reservation.close();
			if (ex.code() == ErrorCode.REQUEST_TOO_LARGE) {
				drain(body, Long.MAX_VALUE);
			}
			else if (ex.code() == ErrorCode.TEMPORARILY_UNAVAILABLE) {
				drain(body, LONGEST_DRAIN.toNanos());
			}
			throw ex;
		}
	}

	/**
	 * A client reads its answer only once it has sent its body. A client that must send
	 * smaller bodies has to receive the answer; any other may repeat the request.
	 */
	private void drain(InputStream body, long nanos) throws IOException {
		long start = System.nanoTime();
		byte[] buffer = new byte[8192];
		long drained = 0;
		int count;
		while (drained < this.limits.requestBytes() && System.nanoTime() - start < nanos
				&& (count = body.read(buffer)) >= 0) {
			drained += count;
		}
	}

	private static void requireJson(@Nullable String contentType) {
		if (contentType == null) {
			return;
		}
		try {
			MediaType type = MediaType.parseMediaType(contentType);
			boolean json = type.getType().equals("application")
					&& (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json"));
			if (json || (type.getType().equals("text") && type.getSubtype().equals("plain"))) {
				return;
			}
		}
		catch (InvalidMediaTypeException ex) {
			// neither JSON nor text, whatever it is
		}
		throw new SyncException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json");
	}

}
