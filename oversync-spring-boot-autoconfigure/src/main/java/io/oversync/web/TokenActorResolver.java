package io.oversync.web;

import java.security.Principal;
import java.util.Map;

import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * Takes user and source from bearer tokens. A JWT names both in its claims. Any other
 * token names the user as the application's introspection does; its source is the claim
 * where there is one, else the header. Whatever is no bearer token is left to
 * {@link PrincipalActorResolver}.
 */
public final class TokenActorResolver implements SyncActorResolver {

	private final String userClaim;

	private final String sourceClaim;

	private final PrincipalActorResolver others;

	/**
	 * Creates the resolver.
	 * @param userClaim the claim that holds the user id
	 * @param sourceClaim the claim that holds the source id
	 * @param others resolves what is no bearer token
	 */
	public TokenActorResolver(String userClaim, String sourceClaim, PrincipalActorResolver others) {
		this.userClaim = userClaim;
		this.sourceClaim = sourceClaim;
		this.others = others;
	}

	@Override
	public SyncActor resolve(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		if (principal instanceof JwtAuthenticationToken jwt) {
			return new SyncActor(claim(jwt.getTokenAttributes(), this.userClaim, "user"),
					claim(jwt.getTokenAttributes(), this.sourceClaim, "device"));
		}
		if (principal instanceof AbstractOAuth2TokenAuthenticationToken<?> token) {
			boolean claimed = token.getTokenAttributes().containsKey(this.sourceClaim);
			return new SyncActor(PrincipalActorResolver.principal(request).getName(), claimed
					? claim(token.getTokenAttributes(), this.sourceClaim, "device") : this.others.source(request));
		}
		return this.others.resolve(request);
	}

	private static String claim(Map<String, Object> claims, String name, String what) {
		if (claims.get(name) instanceof String text) {
			return text;
		}
		throw new SyncException(ErrorCode.AUTHENTICATION_FAILED,
				"The token names no " + what + ": the claim '" + name + "' must be a string");
	}

}
