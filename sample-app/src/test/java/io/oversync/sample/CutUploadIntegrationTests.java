/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import io.oversync.test.ApplicationServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Phones lose their networks all the time: that is no error of the server.
 */
@ExtendWith(OutputCaptureExtension.class)
class CutUploadIntegrationTests {

	@Test
	void halfAnUploadIsForgottenWithoutAWord(CapturedOutput output) throws IOException {
		try (ApplicationServer server = ApplicationServer.start(SampleApplication.class)) {
			String token = Http.post(server.baseUrl() + "/dummy-signin", "{\"user\":\"ann\",\"device\":\"phone\"}")
				.body()
				.replaceFirst(".*\"token\":\"([^\"]*)\".*", "$1");
			String half = """
					{"changes":[{"source_change_id":1,"schema":"business","table":"users","op":"INSERT",
					 "pk":"550e8400-e29b-41d4-a716-446655440000","payload":{"name":"Ann","email":"e"}}""";
			int before = output.length();
			try (Socket socket = new Socket("localhost", server.port())) {
				OutputStream out = socket.getOutputStream();
				out.write(("POST /sync/upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
						+ "\r\nContent-Type: application/json\r\nContent-Length: " + (half.length() + 2) + "\r\n\r\n"
						+ half)
					.getBytes(StandardCharsets.US_ASCII));
				socket.shutdownOutput();
				socket.getInputStream().transferTo(OutputStream.nullOutputStream());
			}
			HttpResponse<String> stream = Http.get(server.baseUrl() + "/sync/download", "Authorization",
					"Bearer " + token);
			assertThat(stream.body()).startsWith("{\"changes\":[],");
			assertThat(output.subSequence(before, output.length())).asString().doesNotContain("ERROR", "Exception");
		}
	}

}
