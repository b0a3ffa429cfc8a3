package io.oversync.web;

import java.security.Principal;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Takes the user from the name of the principal and the source from a request header: for
 * sessions, Basic authentication and everything else that carries no claims. Works
 * without Spring Security.
 */
public final class PrincipalActorResolver implements SyncActorResolver {

	private final String sourceHeader;

	/**
	 * Creates the resolver.
	 * @param sourceHeader the header that holds the source id
	 */
	public PrincipalActorResolver(String sourceHeader) {
		this.sourceHeader = sourceHeader;
	}

	@Override
	public SyncActor resolve(HttpServletRequest request) {
		return new SyncActor(principal(request).getName(), source(request));
	}

	/**
	 * Returns the principal, which is null for anonymous requests also where the
	 * application left the path open.
	 */
	static Principal principal(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		if (principal == null || principal.getName() == null) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED, "Authentication is required");
		}
		return principal;
	}

	String source(HttpServletRequest request) {
		String source = request.getHeader(this.sourceHeader);
		if (source == null) {
			throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
					"The device id is missing; send it in the header " + this.sourceHeader);
		}
		return source;
	}

}
